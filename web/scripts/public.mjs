// Builds the script and the style sheet of the pages that the server renders.
import { join } from 'node:path';
import { build } from 'vite';

const root = new URL('..', import.meta.url).pathname;

/**
 * Keys of the texts that the script needs because they change while a page is open. The server's program contains all
 * other texts of these pages.
 */
const scriptTexts = {
  name: 'em-connect:script-texts',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/messages\/[a-z]+\/public\.json$/.test(id)) return null;
    const texts = Object.entries(JSON.parse(code));
    return JSON.stringify(Object.fromEntries(texts.filter(([key]) => /^(script|action|badge|countsLeft)/.test(key))));
  },
};

/** Builds the files into the folder `out`, and returns the paths of the script and of the style sheet. */
export async function publicEntry(out) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [scriptTexts],
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2022',
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      // Each language is one file without imports, so no module needs a preload.
      modulePreload: false,
      rollupOptions: {
        input: join(root, 'src/public/main.ts'),
        output: {
          entryFileNames: 'assets/public-[hash].js',
          chunkFileNames: 'assets/public-part-[hash].js',
          assetFileNames: 'assets/public-[hash][extname]',
        },
      },
    },
  });
  const made = [result].flat().flatMap(({ output }) => output);
  const script = made.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  const style = made.find((file) => file.fileName.endsWith('.css'))?.fileName;
  if (script === undefined || style === undefined) throw new Error('the public entry has no script or no style sheet');
  return { script, style };
}
