interface ImportMetaEnv {
  readonly VITE_OTNET_SERVER?: string;
}
