// Plays pages in Firefox and prints the results as JSON. Arguments: the browser's path, then pairs of skin and URL. A
// skin such as video+hls plays the manifest of this format. Run from player/, where puppeteer-core is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const puppeteer = createRequire(join(process.cwd(), 'package.json'))('puppeteer-core');
const [executablePath, ...pairs] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  headless: true,
  extraPrefsFirefox: { 'media.autoplay.default': 0, 'media.volume_scale': '0.0' },
});
const results = [];
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 600 });
  let errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  for (let i = 0; i < pairs.length; i += 2) {
    const [[skin, format], url] = [pairs[i].split('+'), pairs[i + 1]];
    errors = [];
    await page.goto(url);
    await page.waitForSelector(`otnet-${skin}[dressed]`, { timeout: 60_000 });
    const played = await page.evaluate(
      async (tag, format) => {
        const { engine } = document.querySelector(tag);
        if (format) {
          const sources = { [format]: engine.config.sources[format] };
          await document.querySelector(tag).setup({ ...engine.config, sources });
        }
        const { video } = engine;
        const until = (check) =>
          new Promise((resolve, reject) => {
            const end = Date.now() + 60_000;
            const poll = () => {
              if (check()) resolve();
              else if (Date.now() > end)
                reject(new Error(`${engine.state} at ${video.currentTime}: ${JSON.stringify(engine.error)}`));
              else setTimeout(poll, 50);
            };
            poll();
          });
        video.muted = true;
        void engine.play();
        await until(() => engine.state === 'playing' && video.currentTime > 0.1);
        engine.seek(15);
        await until(() => engine.state === 'playing' && video.currentTime > 15.1);
        const text = engine.texts().find((t) => t.language === 'en');
        engine.setText(text?.id ?? null);
        const layer = document.querySelector(tag).shadowRoot.querySelector('.captions');
        // The audio skin has no picture to put captions on.
        if (text && layer.offsetParent) await until(() => layer.textContent.includes('later'));
        return {
          time: video.currentTime,
          width: video.videoWidth,
          captions: layer.textContent,
          qualities: engine.qualities().length,
          duration: video.duration,
        };
      },
      `otnet-${skin}`,
      format,
    );
    results.push({ skin, errors, ...played });
    if (process.env.OTNET_TEST_SCREENSHOTS)
      await page.screenshot({ path: join(process.env.OTNET_TEST_SCREENSHOTS, `firefox-${i / 2}-${skin}.png`) });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(results));
