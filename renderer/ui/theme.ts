import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  rem,
  type VariantColorsResolver,
} from '@mantine/core';
import { monoFont, type Scheme, terminalPalette, tokens } from './tokens.ts';

// Mantine wants ten shades of each; what else is seen comes from the variables below.
const dark: MantineColorsTuple = [
  '#d6dade',
  '#b3bbc2',
  '#8c969f',
  '#6b757e',
  '#3d454c',
  '#23282d',
  '#1a1e22',
  '#131619',
  '#0d0f11',
  '#090b0c',
];
const ink: MantineColorsTuple = [
  '#f4f5f6',
  '#e9ebec',
  '#d9dddf',
  '#bcc3c8',
  '#8c969f',
  '#59626a',
  '#464e55',
  '#33393e',
  '#24292d',
  '#14171a',
];

/** A filled button is the inverse of the panel it stands on. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== 'filled') return colors;
  return {
    ...colors,
    background: 'var(--ld-inverse)',
    hover: 'var(--ld-inverse-hover)',
    color: 'var(--ld-on-inverse)',
  };
};

export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  variantColorResolver,
  fontFamily: '"Inter Variable", "Inter", system-ui, "Segoe UI", "Cantarell", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: monoFont,
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.3' },
  headings: { fontWeight: '600' },
  radius: { xs: rem(3), sm: rem(5), md: rem(7), lg: rem(10), xl: rem(16) },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, radius: 'lg', yOffset: '8vh' } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--ld-mono': monoFont },
  dark: schemeVariables('dark'),
  light: schemeVariables('light'),
});

function schemeVariables(scheme: Scheme): Record<string, string> {
  const t = tokens[scheme];
  const ours = Object.fromEntries(Object.entries(t).map(([name, value]) => [`--ld-${kebab(name)}`, value]));
  return {
    ...ours,
    '--ld-terminal': terminalPalette[scheme].background,
    '--mantine-color-body': t.panel,
    '--mantine-color-text': t.ink,
    '--mantine-color-bright': t.ink,
    '--mantine-color-dimmed': t.inkSoft,
    '--mantine-color-placeholder': t.inkFaint,
    '--mantine-color-anchor': t.ink,
    '--mantine-color-default': t.surface,
    '--mantine-color-default-hover': t.raised,
    '--mantine-color-default-color': t.ink,
    '--mantine-color-default-border': t.lineControl,
    '--mantine-color-disabled': t.raised,
    '--mantine-color-disabled-color': t.inkFaint,
    '--mantine-color-disabled-border': t.line,
    '--mantine-color-error': t.bad,
    '--mantine-primary-color-filled': t.inverse,
    '--mantine-primary-color-filled-hover': t.inverseHover,
    '--mantine-primary-color-light': t.raised,
    '--mantine-primary-color-light-hover': t.pressed,
    '--mantine-primary-color-light-color': t.ink,
    '--mantine-color-ink-outline': t.focus,
  };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
