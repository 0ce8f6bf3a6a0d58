// Made by build.mjs of openapi.json.
declare module "schema:settings" {
  const schemas: unknown;
  export default schemas;
}
declare module "*.css";
