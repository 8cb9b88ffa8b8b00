import { memo, useState, type ReactElement } from 'react';
import { avatarColour, initialsOf, safePicture } from './avatar-face.ts';
import { useExternalImagesAllowed } from './pictures.ts';

/** The picture of a user if it may be loaded, or else initials on a colour that depends on the id. */
export const Avatar = memo(function Avatar(props: {
  readonly id: string;
  readonly name?: string | undefined;
  readonly picture?: string | undefined;
  readonly size?: number;
}): ReactElement {
  const { id, name, picture, size = 24 } = props;
  const source = safePicture(picture, window.location.origin, useExternalImagesAllowed());
  const [failed, setFailed] = useState<string>();
  const shown = source === failed ? undefined : source;
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ width: size, height: size, fontSize: size * 0.4, background: avatarColour(id) }}
    >
      {shown === undefined ? (
        initialsOf(name, id)
      ) : (
        <img
          src={shown}
          alt=""
          loading="lazy"
          referrerPolicy="no-referrer"
          onError={() => setFailed(shown)}
        />
      )}
    </span>
  );
});
