// What the bundler makes of imports of files: their address on the site (pipeline/bundled-assets.ts).

declare module "*?worker" {
  const url: string;
  export default url;
}
declare module "*.png" {
  const url: string;
  export default url;
}
declare module "*.webp" {
  const url: string;
  export default url;
}
declare module "*.svg" {
  const url: string;
  export default url;
}
declare module "*.bin" {
  const url: string;
  export default url;
}
