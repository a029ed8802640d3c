/** A profile as a disc in its colour, with the initials of its name. */
import { Lock } from 'lucide';
import type { ViewerProfile } from '../../../shared/viewerApi';
import { initials } from './PlaceholderArt';
import { Icon } from './Icon';

export function ProfileAvatar({ profile }: { profile: Pick<ViewerProfile, 'name' | 'color' | 'has_pin'> }) {
  return (
    <span class={`profile-avatar profile-color-${profile.color}`} aria-hidden="true">
      {initials(profile.name)}
      {profile.has_pin && (
        <span class="profile-lock">
          <Icon node={Lock} size={11} />
        </span>
      )}
    </span>
  );
}
