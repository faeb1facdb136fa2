/** The hues a meaning can have; a status picks one, never a colour of its own. */
export const TONES = ['slate', 'blue', 'amber', 'teal', 'vermilion', 'grey', 'purple'] as const;
export type Tone = (typeof TONES)[number];

export type Scheme = 'light' | 'dark';

/** `text` is for words, `mark` for shapes and bars, `soft` for the ground behind either. */
type ToneColors = { text: string; mark: string; soft: string };

/** What everything stands on. */
type Ground = {
  page: string;
  surface: string;
  sunken: string;
  border: string;
  /** Edges that must be seen to be used, such as those of fields. */
  borderStrong: string;
  text: string;
  dimmed: string;
  focus: string;
  /** Behind the white words of a button that takes something away. */
  danger: string;
  dangerHover: string;
};

export const GROUND: Record<Scheme, Ground> = {
  light: {
    page: '#f5f7f9',
    surface: '#ffffff',
    sunken: '#eef1f5',
    border: '#dfe4ea',
    borderStrong: '#848fa0',
    text: '#1a212c',
    dimmed: '#586476',
    focus: '#2563eb',
    danger: '#b83410',
    dangerHover: '#9a290b',
  },
  dark: {
    page: '#0d1218',
    surface: '#141a22',
    sunken: '#1b222c',
    border: '#2a323e',
    borderStrong: '#68758a',
    text: '#dde3eb',
    dimmed: '#97a3b4',
    focus: '#6aa2ff',
    danger: '#bf3b16',
    dangerHover: '#d0451d',
  },
};

export const TONE_COLORS: Record<Scheme, Record<Tone, ToneColors>> = {
  light: {
    slate: { text: '#445064', mark: '#64748b', soft: '#eef1f5' },
    blue: { text: '#1d4fc4', mark: '#2563eb', soft: '#e8effd' },
    amber: { text: '#85500a', mark: '#b26a05', soft: '#fcf2dd' },
    teal: { text: '#0b665f', mark: '#0d8479', soft: '#e0f4f1' },
    vermilion: { text: '#b0330f', mark: '#d5421a', soft: '#fdebe5' },
    grey: { text: '#555e6c', mark: '#7a8391', soft: '#f0f1f3' },
    purple: { text: '#6431c0', mark: '#7c3aed', soft: '#f1eafd' },
  },
  dark: {
    slate: { text: '#b3bfce', mark: '#8f9cb0', soft: '#202834' },
    blue: { text: '#8bb6ff', mark: '#5593ff', soft: '#14243f' },
    amber: { text: '#f0bd6a', mark: '#dd9c38', soft: '#31240f' },
    teal: { text: '#5fd0c1', mark: '#2fb3a4', soft: '#0c2c2a' },
    vermilion: { text: '#ff9c80', mark: '#f8693f', soft: '#3a1a11' },
    grey: { text: '#a9b2bf', mark: '#828d9c', soft: '#1f252d' },
    purple: { text: '#c6a9ff', mark: '#a27bfb', soft: '#271b42' },
  },
};

/** The variables of both schemes as a style sheet; it follows the scheme on the root element. */
export function tokenSheet(): string {
  const block = (scheme: Scheme) =>
    `:root[data-mantine-color-scheme="${scheme}"]{color-scheme:${scheme};${Object.entries(
      schemeVariables(scheme),
    )
      .map(([name, value]) => `${name}:${value}`)
      .join(';')}}`;
  return block('light') + block('dark');
}

/** The CSS variables of one scheme: `--sy-page`, `--sy-teal`, `--sy-teal-text`, `--sy-teal-soft`. */
function schemeVariables(scheme: Scheme): Record<string, string> {
  const ground = GROUND[scheme];
  const variables: Record<string, string> = {
    '--sy-page': ground.page,
    '--sy-surface': ground.surface,
    '--sy-sunken': ground.sunken,
    '--sy-border': ground.border,
    '--sy-border-strong': ground.borderStrong,
    '--sy-text': ground.text,
    '--sy-dimmed': ground.dimmed,
    '--sy-focus': ground.focus,
    '--sy-danger': ground.danger,
    '--sy-danger-hover': ground.dangerHover,
  };
  for (const tone of TONES) {
    const colors = TONE_COLORS[scheme][tone];
    variables[`--sy-${tone}`] = colors.mark;
    variables[`--sy-${tone}-text`] = colors.text;
    variables[`--sy-${tone}-soft`] = colors.soft;
  }
  return variables;
}
