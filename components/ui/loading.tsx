import { Loader, VisuallyHidden } from '@mantine/core';

/** A page that waits for its data: it has a heading and says so, also to who cannot see the wheel turn. */
export function Loading({ what }: { what: string }) {
  return (
    <div role="status">
      <VisuallyHidden component="h1">{what}</VisuallyHidden>
      <Loader aria-hidden m="xl" />
    </div>
  );
}
