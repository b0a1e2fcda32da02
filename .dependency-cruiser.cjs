/** The boundaries of docs/architecture.md, enforced. */
const domains = [
  'ports',
  'boards',
  'power',
  'console',
  'instances',
  'secrets',
  'settings',
  'usb',
  'teach',
  'doctor',
  'tasks',
  'virtual',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'electron-only-in-the-shell',
      comment: 'The core runs in plain Node too: only the shell and the preload may know Electron.',
      severity: 'error',
      from: { pathNot: '^(main/app|preload|test)/' },
      to: { path: '^(electron$|electron/|electron-store|node_modules/electron)' },
    },
    {
      name: 'renderer-sees-only-the-contract',
      severity: 'error',
      from: { path: '^(renderer|preload)/' },
      to: { path: '^main/', pathNot: '^main/contract/' },
    },
    {
      name: 'no-node-in-the-window',
      severity: 'error',
      from: { path: '^(renderer|preload)/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-is-pure',
      severity: 'error',
      from: { path: '^main/contract/', pathNot: '\\.test\\.ts$' },
      to: { path: '^main/', pathNot: '^main/contract/' },
    },
    {
      name: 'contract-without-node',
      severity: 'error',
      from: { path: '^main/contract/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'base-imports-nothing-of-ours',
      comment: 'LabError lives in the contract, so that it crosses typed; base may use that one file.',
      severity: 'error',
      from: { path: '^main/base/' },
      to: { path: '^main/', pathNot: '^main/(base/|contract/labError)' },
    },
    ...domains.map((domain) => ({
      name: `${domain}-through-its-index`,
      severity: 'error',
      from: { path: '^(main|test)/', pathNot: `^main/${domain}/|^test/` },
      to: { path: `^main/${domain}/`, pathNot: `^main/${domain}/index\\.ts$` },
    })),
    {
      name: 'domains-know-no-host',
      severity: 'error',
      from: { path: `^main/(${domains.join('|')})/` },
      to: { path: '^main/(api|hosts|app)/' },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: '\\.test\\.tsx?$|^test/' },
      to: { path: '\\.test\\.tsx?$|^test/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.(d|test|config)\\.ts$|\\.cjs$|^scripts/|^test/|tsconfig|vite' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
