/** Icons by our own names, so that the set can be looked over in one place. */
export {
  BadgeCheck, RadioTower as Broadcast, Building2, CalendarDays, Circle, CircleUserRound, Clapperboard, Database, FileVideo, Film, FolderOpen,
  FolderTree, History, IdCard, Image, KeyRound, Layers, ListOrdered, MonitorSmartphone, Send, Tag, User, UsersRound, Webhook,
  House, Upload, CodeXml, Menu, Search, Sun, Moon, Monitor, LogOut, ChevronDown, ChevronUp, ChevronRight, ChevronLeft, Plus, X, Check, Copy,
  Pencil, Trash2, Columns3, ListFilter, Download, TriangleAlert, CircleCheck, LoaderCircle, Clock, RotateCcw, RefreshCw, Play, Pause,
  Ellipsis, Eye, EyeOff, ExternalLink, ArrowUp, ArrowDown, Languages, CircleX, Link2, BookOpen, Globe, Lock, ShieldCheck, Crop, Info, Share2,
  type LucideIcon,
} from 'lucide-react';
