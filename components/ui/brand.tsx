import classes from './brand.module.css';

/** Two tracks, and the way from one to the other. */
function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      className={classes.mark}
    >
      <rect width="24" height="24" rx="6" className={classes.plate} />
      <path d="M5.5 7.5h13M5.5 16.5h13" className={classes.track} opacity="0.5" />
      <path d="M5.5 16.5c6.5 0 6.5-9 13-9" className={classes.track} />
    </svg>
  );
}

/** The mark with the name beside it. */
export function Brand() {
  return (
    <span className={classes.brand}>
      <BrandMark />
      Switchyard
    </span>
  );
}
