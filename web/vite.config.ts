import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const apiAddress = process.env.CASCADIAN_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { host: "127.0.0.1", proxy: { "/api": apiAddress } },
  preview: { host: "127.0.0.1", proxy: { "/api": apiAddress } },
  build: {
    target: "es2022",
    // Files inlined as data: addresses would be refused by a content security policy of 'self'.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
