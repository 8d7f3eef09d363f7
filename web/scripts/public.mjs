// Builds the scripts and the style sheet of the pages that the server renders.
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

/** Builds the script with this entry into the folder `out`. Returns its file and all files that were made with it. */
async function built(out, entry, output) {
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
      // No module of these scripts has imports of its own, so none needs a preload.
      modulePreload: false,
      rollupOptions: { input: join(root, entry), output },
    },
  });
  const files = [result].flat().flatMap((part) => part.output);
  const script = files.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  if (script === undefined) throw new Error(`${entry} became no script`);
  return { script, files };
}

/** Builds the files into the folder `out`. Returns the paths of the scripts and of the style sheet. */
export async function publicEntry(out) {
  const { script, files } = await built(out, 'src/public/main.ts', {
    entryFileNames: 'assets/public-[hash].js',
    chunkFileNames: 'assets/public-part-[hash].js',
    assetFileNames: 'assets/public-[hash][extname]',
  });
  const style = files.find((file) => file.fileName.endsWith('.css'))?.fileName;
  if (style === undefined) throw new Error('the public pages have no style sheet');
  // Browsers run a script without modules where it stands in the page, and a module only after the page.
  const ownTime = await built(out, 'src/public/own-time.ts', { format: 'iife', entryFileNames: 'assets/public-own-time-[hash].js' });
  return { script, ownTime: ownTime.script, style };
}
