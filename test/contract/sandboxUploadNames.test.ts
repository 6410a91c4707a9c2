/** The setting with which the sandbox rejects uploads by their file name. */
import { useSandbox } from '../harness/sandbox';
import { type Envelope, UPLOAD } from './support/api';
import { imageForm, IMAGES } from './support/images';

const setup = useSandbox();

const codeOf = async (name: string) => {
	const form = imageForm(IMAGES['image/jpeg'], name);
	return (await setup.api.post<Envelope>(UPLOAD, form)).data.code;
};

test.each([
	['photo.jpg', 0],
	['PHOTO.JPEG', 0],
	['photo.png', 1000],
	['IMG_0001.HEIC', 1000],
	['photo', 1000],
	['jpg', 1000],
])('with matching extensions, a JPEG named %s has the code %i', async (name, code) => {
	expect(await codeOf(name)).toBe(0);
	await setup.sandbox.settings({ uploadExtensions: 'matching' });
	expect(await codeOf(name)).toBe(code);
});
