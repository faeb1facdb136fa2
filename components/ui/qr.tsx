import classes from './qr.module.css';

/** Dark squares of a QR code, row by row. */
export type QrCode = readonly (readonly boolean[])[];

/** One path, so that no line shows between its squares; on white, because readers want dark on light. */
export function Qr({ code, label, size }: { code: QrCode; label: string; size: number }) {
  const squares = code.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <figure className={classes.qr}>
      <svg
        viewBox={`0 0 ${code.length} ${code.length}`}
        width={size}
        height={size}
        role="img"
        aria-label={label}
        shapeRendering="crispEdges"
      >
        <rect width={code.length} height={code.length} fill="#fff" />
        <path d={squares.join('')} fill="#000" />
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}
