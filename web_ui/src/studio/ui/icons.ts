/** The icons that are used, by the names the schema gives its resources (Phosphor's) → the set all our pages share. */
import {
  BadgeCheck, Broadcast, Building2, CalendarDays, Circle, CircleUserRound, Clapperboard, Database, FileVideo, Film,
  FolderOpen, FolderTree, History, IdCard, Image, KeyRound, Layers, ListOrdered, MonitorSmartphone, Send, Tag, User, UsersRound, Webhook,
  type LucideIcon,
} from './lucide';

const BY_NAME: Record<string, LucideIcon> = {
  'film-strip': Clapperboard, stack: Layers, 'list-numbers': ListOrdered, folders: FolderTree, folder: FolderOpen, 'folder-open': FolderOpen, tag: Tag,
  'user-circle': CircleUserRound, 'identification-badge': IdCard, image: Image, broadcast: Broadcast, 'calendar-dots': CalendarDays,
  buildings: Building2, user: User, 'users-three': UsersRound, devices: MonitorSmartphone, key: KeyRound, 'webhooks-logo': Webhook,
  'paper-plane-tilt': Send, 'clock-counter-clockwise': History, 'file-video': FileVideo, 'film-slate': Film, 'hard-drives': Database, 'seal-check': BadgeCheck,
};

export const iconOf = (name: string | undefined): LucideIcon => BY_NAME[name ?? ''] ?? Circle;
