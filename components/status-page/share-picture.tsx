import { GROUND, TONE_COLORS } from '@/components/ui/tones';
import type { ShareFacts } from './share-facts';

/** As most who show a link's picture want it. */
export const SHARE_PICTURE = { width: 1200, height: 630 } as const;

const INK = GROUND.light;
const COLORS = TONE_COLORS.light;
const row = { display: 'flex', alignItems: 'center' } as const;
const column = { display: 'flex', flexDirection: 'column' } as const;

/** A shared plan as a picture. Drawn without a browser: every box says how it lies, and there are no classes. */
export function SharePicture({ planId, tone, word, percent, bar, stages, failed }: ShareFacts) {
  return (
    <div
      style={{
        ...column,
        ...SHARE_PICTURE,
        justifyContent: 'space-between',
        padding: '56px 72px',
        background: INK.surface,
        color: INK.text,
      }}
    >
      <div style={{ ...row, justifyContent: 'space-between' }}>
        <div style={{ ...row, fontSize: 34 }}>
          <Mark />
          <span style={{ marginLeft: 20 }}>Switchyard</span>
        </div>
        <span style={{ fontSize: 34, color: INK.dimmed }}>{planId}</span>
      </div>
      <div style={{ ...row, justifyContent: 'space-between' }}>
        <span style={{ fontSize: 176, letterSpacing: -6, lineHeight: 1 }}>{`${percent}%`}</span>
        <div style={{ ...column, alignItems: 'flex-end' }}>
          <span
            style={{
              padding: '10px 32px',
              borderRadius: 40,
              background: COLORS[tone].soft,
              color: COLORS[tone].text,
              fontSize: 40,
            }}
          >
            {word}
          </span>
          {failed > 0 && (
            <span style={{ ...row, marginTop: 16, fontSize: 40, color: COLORS.vermilion.text }}>
              <Failed />
              <span style={{ marginLeft: 12 }}>{String(failed)}</span>
            </span>
          )}
        </div>
      </div>
      <div style={{ ...row, height: 28, borderRadius: 14, overflow: 'hidden', background: INK.sunken }}>
        {bar.map((part) => (
          <div
            key={part.status}
            style={{
              width: `${part.share * 100}%`,
              minWidth: 6,
              height: 28,
              background: COLORS[part.tone].mark,
            }}
          />
        ))}
      </div>
      <div style={column}>
        {stages.map(({ name, done, of, share }) => (
          <div key={name} style={{ ...row, height: 38, fontSize: 26, color: INK.dimmed }}>
            <span style={{ width: 40 }}>{name}</span>
            <div style={{ ...row, flex: 1, height: 14, borderRadius: 7, background: INK.sunken }}>
              <div
                style={{
                  width: `${share * 100}%`,
                  height: 14,
                  borderRadius: 7,
                  background: COLORS.teal.mark,
                }}
              />
            </div>
            <span style={{ ...row, width: 230, justifyContent: 'flex-end' }}>{`${done} / ${of}`}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Two tracks, and the way from one to the other. */
function Mark() {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it is drawn into a picture, where nobody could read a title.
    <svg viewBox="0 0 24 24" width={56} height={56}>
      <rect width="24" height="24" rx="6" fill={INK.text} />
      <path d="M5.5 7.5h13M5.5 16.5h13" stroke="#fff" strokeWidth="2" opacity="0.5" />
      <path d="M5.5 16.5c6.5 0 6.5-9 13-9" stroke="#fff" strokeWidth="2" fill="none" />
    </svg>
  );
}

/** The shape that failures have everywhere. */
function Failed() {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: as above.
    <svg viewBox="0 0 24 24" width={44} height={44}>
      <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" fill={COLORS.vermilion.mark} />
      <path d="M8.5 8.5l7 7M15.5 8.5l-7 7" stroke="#fff" strokeWidth="2.4" />
    </svg>
  );
}
