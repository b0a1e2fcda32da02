import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceImage } from '../../main/contract/index.ts';
import type { Lab } from './lab.ts';
import { podman } from './lab.ts';

const packages = ['lava-common', 'lava-dispatcher', 'lava-server'];

/** A git repository with a LAVA tree, unpacked from Debian's newest packages, on a branch `bench` that shows a mark. */
export class LavaRepository {
  readonly path: string;
  mark = '';

  constructor(path: string) {
    this.path = path;
  }

  /** Commits the tree with this text on its front page. */
  commit(mark: string): void {
    this.mark = mark;
    const page = join(this.path, 'lava_server', 'templates', 'index.html');
    const text = readFileSync(page, 'utf8');
    writeFileSync(
      page,
      text.replace(/\{% block content %\}(<p>.*?<\/p>)?/, `{% block content %}<p>${mark}</p>`),
    );
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--message', mark);
  }

  /** On branch `name`, a migration that fails; the branch that was there is left as it was. */
  breakOn(name: string): void {
    this.#git('checkout', '--quiet', '-b', name);
    const folder = join(this.path, 'lava_scheduler_app', 'migrations');
    const last = readdirSync(folder)
      .filter((file) => /^\d{4}_.*\.py$/.test(file))
      .sort()
      .at(-1);
    if (!last) throw new Error(`there are no migrations in ${folder}`);
    writeFileSync(
      join(folder, '9999_does_not_work.py'),
      `from django.db import migrations


def refuse(apps, schema_editor):
    if apps.get_model("lava_scheduler_app", "DeviceType").objects.exists():
        raise RuntimeError("this migration does not work on data")


class Migration(migrations.Migration):
    dependencies = [("lava_scheduler_app", "${last.replace(/\.py$/, '')}")]
    operations = [migrations.RunPython(refuse)]
`,
    );
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--message', 'A migration that fails');
    this.#git('checkout', '--quiet', 'bench');
  }

  head(): string {
    return this.#git('rev-parse', 'HEAD').trim();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** A branch with something that is no LAVA. */
  addForeignBranch(name: string): void {
    this.#git('checkout', '--quiet', '--orphan', name);
    this.#git('rm', '-rq', '--cached', '.');
    writeFileSync(join(this.path, 'README'), 'something else\n');
    this.#git('add', 'README');
    this.#git('commit', '--quiet', '--message', 'Something else');
    this.#git('checkout', '--quiet', '--force', 'bench');
  }

  init(): void {
    this.#git('init', '--quiet', '--initial-branch', 'bench');
    appendFileSync(join(this.path, '.git', 'info', 'exclude'), '*.pyc\n__pycache__\n');
  }

  #git(...args: string[]): string {
    const who = [
      '-c',
      'user.name=Bench',
      '-c',
      'user.email=bench@localhost',
      '-c',
      'core.hooksPath=/dev/null',
    ];
    return execFileSync('git', ['-C', this.path, ...who, ...args], { encoding: 'utf8', timeout: 60_000 });
  }
}

/**
 * The tree is taken out of the packages of the suite whose base image Labdeck has, in a container of that: the host's own
 * release may have no LAVA, or an old one.
 */
export async function makeLavaRepository(lab: Lab): Promise<LavaRepository> {
  const path = mkdtempSync(join(tmpdir(), 'labdeck-lava-tree-'));
  const { body } = await lab.call<InstanceImage[]>('GET', '/images');
  const base = body.find(({ role }) => role === 'base')?.imageId;
  if (!base) throw new Error('there is no base image to take the packages with');
  const script = [
    'set -e',
    'apt-get -qq -o Acquire::Check-Valid-Until=false update',
    'cd /tmp',
    `apt-get -qq -o APT::Sandbox::User=root download ${packages.join(' ')}`,
    'for deb in *.deb; do dpkg-deb -x "$deb" /out/root; done',
    'chmod -R a+rX /out',
  ].join('\n');
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'];
  podman('run', '--rm', ...limits, '-v', `${path}:/out`, base, 'sh', '-c', script);
  arrange(path);
  const repository = new LavaRepository(path);
  repository.init();
  repository.commit('This branch is on the bench');
  repository.addForeignBranch('no-lava');
  return repository;
}

/** From where Debian puts the files to where LAVA's repository has them. */
function arrange(path: string): void {
  const script = `
    cd "$1"
    mv root/usr/lib/python3/dist-packages/* .
    rm -rf *.egg-info *.dist-info lava_common/VERSION
    mkdir -p etc
    [ -d root/usr/share/lava-server ] && cp -a root/usr/share/lava-server share || mkdir -p share
    [ -d root/etc/lava-server ] && cp -a root/etc/lava-server etc/
    [ -d root/usr/share/lava-server/device-types ] && mkdir -p etc/dispatcher-config && cp -a root/usr/share/lava-server/device-types etc/dispatcher-config/
    rm -rf root
    find . -name __pycache__ -prune -exec rm -rf {} +
  `;
  execFileSync('sh', ['-ec', script, 'sh', path], { timeout: 60_000 });
  if (!existsSync(join(path, 'lava_server')))
    throw new Error(`no LAVA came out of the packages: ${readdirSync(path)}`);
}
