import {
  type ActionIconProps,
  type BadgeProps,
  type ButtonProps,
  type CheckboxProps,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type MenuProps,
  type ModalProps,
  type PaperProps,
  type PopoverProps,
  type TooltipProps,
} from '@mantine/core';
import { GROUND } from './tones';

const slate: MantineColorsTuple = [
  '#f5f7f9',
  '#eef1f5',
  '#dfe4ea',
  '#c8d0da',
  '#a2adbc',
  '#7b8798',
  '#5f6b7d',
  '#445064',
  '#2d3645',
  '#1a212c',
];

const dark: MantineColorsTuple = [
  GROUND.dark.text,
  '#b6c0cd',
  GROUND.dark.dimmed,
  GROUND.dark.borderStrong,
  '#333d4b',
  GROUND.dark.border,
  GROUND.dark.sunken,
  GROUND.dark.surface,
  GROUND.dark.page,
  '#080b10',
];

/**
 * Calm and dense: slate everywhere, ink for the one action that matters, and colour kept for statuses,
 * so that whatever is coloured means something.
 */
export const theme = createTheme({
  primaryColor: 'slate',
  primaryShade: { light: 9, dark: 1 },
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const filled = input.variant === 'filled' && (input.color ?? 'slate') === 'slate';
    // Ink on light, chalk on dark: which of the two is only known in the browser.
    return filled ? { ...colors, color: 'var(--mantine-primary-color-contrast)' } : colors;
  },
  colors: { slate, dark },
  black: GROUND.light.text,
  fontFamily: 'var(--sy-font)',
  fontFamilyMonospace: 'var(--sy-font-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.1875rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.375rem', sm: '0.5rem', md: '0.75rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  shadows: {
    xs: '0 1px 2px rgb(16 24 40 / 6%)',
    sm: '0 1px 2px rgb(16 24 40 / 6%), 0 2px 6px rgb(16 24 40 / 5%)',
    md: '0 2px 4px rgb(16 24 40 / 6%), 0 8px 20px rgb(16 24 40 / 9%)',
    lg: '0 4px 8px rgb(16 24 40 / 6%), 0 16px 40px rgb(16 24 40 / 14%)',
    xl: '0 8px 16px rgb(16 24 40 / 8%), 0 24px 64px rgb(16 24 40 / 20%)',
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // By name, and not by way of the components: what they bring along would be part of every page, also where none is used.
  components: {
    Button: { defaultProps: { size: 'sm' } satisfies ButtonProps, styles: { root: { fontWeight: 560 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 'lg' } satisfies ActionIconProps },
    // Ink on light, chalk on dark.
    Checkbox: {
      defaultProps: { iconColor: 'var(--mantine-primary-color-contrast)' } satisfies CheckboxProps,
    },
    Badge: { defaultProps: { variant: 'light', tt: 'none', fw: 560 } satisfies BadgeProps },
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: true },
      } satisfies Partial<TooltipProps>,
    },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } satisfies MenuProps },
    Popover: { defaultProps: { shadow: 'md' } satisfies PopoverProps },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        shadow: 'xl',
        overlayProps: { backgroundOpacity: 0.45 },
      } satisfies Partial<ModalProps>,
    },
    Paper: { defaultProps: { radius: 'md' } satisfies PaperProps },
  },
});

/** Makes Mantine's own grounds ours. */
export const variables: CSSVariablesResolver = () => {
  const scheme = (name: 'light' | 'dark') => {
    const ground = GROUND[name];
    return {
      '--mantine-color-body': ground.surface,
      '--mantine-color-text': ground.text,
      '--mantine-color-dimmed': ground.dimmed,
      '--mantine-color-default': ground.surface,
      '--mantine-color-default-hover': ground.sunken,
      '--mantine-color-default-border': ground.border,
      '--mantine-color-placeholder': ground.dimmed,
      '--mantine-color-anchor': ground.text,
      '--mantine-color-error': 'var(--sy-vermilion-text)',
      '--mantine-primary-color-contrast': ground.surface,
    };
  };
  return { variables: {}, light: scheme('light'), dark: scheme('dark') };
};
