import fc from 'fast-check';
import { toFileName } from '../../../nodes/Veo/api/fileName';
import { escapeFileName } from '../../../nodes/Veo/api/multipart';

const sentBytes = (name: string) => Buffer.byteLength(escapeFileName(name));

describe('the file name of an upload', () => {
	it.each<[unknown, string, string]>([
		['photo.jpg', 'jpg', 'photo.jpg'],
		['CAT.JPEG', 'jpg', 'CAT.JPEG'],
		['Käse "1".png', 'png', 'Käse "1".png'],
		['🎬 Szene.webp', 'webp', '🎬 Szene.webp'],
		// another type or none
		['IMG_0001.HEIC', 'jpg', 'IMG_0001.jpg'],
		['image.php', 'jpg', 'image.jpg'],
		['photo.jpg.php', 'jpg', 'photo.jpg'],
		['photo.jpg', 'png', 'photo.png'],
		['clip.7z', 'png', 'clip.png'],
		['noextension', 'jpg', 'noextension.jpg'],
		['Mr. Fox vs. Dr. No', 'png', 'Mr. Fox vs. Dr. No.png'],
		['render v1.2', 'webp', 'render v1.2.webp'],
		// paths
		['/home/user/photo.png', 'png', 'photo.png'],
		['C:\\Users\\me\\photo.png', 'png', 'photo.png'],
		['../../etc/passwd', 'png', 'passwd.png'],
		['photo.png\\', 'png', 'photo.png'],
		['photos/', 'png', 'photos.png'],
		['https://example.com/a/photo.png?token=secret#x', 'png', 'photo.png'],
		['https://example.com/?url=/a/secret.png', 'png', 'example.png'],
		// characters
		['pho\0to\r\n.png', 'png', 'photo.png'],
		['photo.png\0.php', 'png', 'photo.png'],
		['gnp.\u202egpj', 'png', 'gnp.png'],
		['half \ud83c.png', 'png', 'half.png'],
		['photo.png. ', 'png', 'photo.png'],
		[' photo .png', 'png', 'photo.png'],
		// nothing usable
		['', 'jpg', 'image.jpg'],
		['.jpg', 'jpg', 'image.jpg'],
		['.htaccess', 'jpg', 'htaccess.jpg'],
		['..', 'png', 'image.png'],
		['\\', 'png', 'image.png'],
		['\0', 'webp', 'image.webp'],
		[12345, 'png', '12345.png'],
		[undefined, 'png', 'image.png'],
		[null, 'png', 'image.png'],
		[{ name: 'a' }, 'png', 'image.png'],
		[['a.png'], 'png', 'image.png'],
	])('%p of a %s becomes %p', (received, extension, expected) => {
		expect(toFileName(received, extension)).toBe(expected);
	});

	it.each([
		['letters', 'x'.repeat(20_000)],
		['letters with an extension', `${'x'.repeat(20_000)}.jpg`],
		['umlauts', 'ä'.repeat(300)],
		['emoji', '🎬'.repeat(300)],
		['quotes, which are escaped', '"'.repeat(300)],
		['megabytes of blanks', `a${' '.repeat(2_000_000)}b`],
	])('is at most 255 bytes: %s', (_, received) => {
		const name = toFileName(received, 'jpg');
		expect(sentBytes(name)).toBeLessThanOrEqual(255);
		expect(name).toMatch(/^[^\ufffd]+\.jpg$/);
		expect(Buffer.from(name).toString()).toBe(name);
	});

	it('uses the available length', () => {
		expect(toFileName('x'.repeat(300), 'jpg')).toHaveLength(255);
		expect(toFileName('🎬'.repeat(300), 'png')).toBe(`${'🎬'.repeat(62)}.png`);
	});

	it('is clean and stable for any input', () => {
		const received = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 400 }),
			fc.string({
				unit: fc.constantFrom('a', '.', '/', '\\', '"', ' ', '\0', 'png', 'é', '\ud800'),
			}),
			fc.anything(),
		);
		fc.assert(
			fc.property(received, fc.constantFrom('jpg', 'png', 'webp'), (input, extension) => {
				const name = toFileName(input, extension);
				expect(name).toMatch(new RegExp(`^[^./\\\\\\p{Cc}\\s].*\\.(${extension}|jpe?g)$`, 'iu'));
				expect(sentBytes(name)).toBeLessThanOrEqual(255);
				expect(toFileName(name, extension)).toBe(name);
			}),
		);
	});
});
