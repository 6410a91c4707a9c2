/** What people type to find a node that generates videos, from public workflows and forum threads. */
export const PHRASES: readonly string[] = `
veo, veo3, veo 3, veo 3.1, veo 3.1 fast, veo api, google veo 3, google veo 3.1
videos, ai video, ai videos, video ai, ai video generator, ai video generation
video generator, video generation, video clip, short video, shorts, reel, reels, movie, animation
generate video, generate videos, generate a video, generate video ai, generate ai video
generate video from text, generate video from prompt, generate video from image
generate video from photo, generate clip
create video, create videos, create a video, create ai video, create video from text
create video from image, create video from photo, create clip, create movie, create reel, create short
make video, make a video, make ai video, make video from text, make video from image
make video from photo, make clip, make movie, make reel, make short
text to video, text to video ai, text-to-video, text2video, txt2vid, prompt to video
image to video, image to video ai, image-to-video, image2video, img to video, img2video, img2vid
photo to video, picture to video, animate image, animate photo
video from text, video from prompt, video from image
`
	.trim()
	.split(/,|\n/)
	.map((phrase) => phrase.trim());

/** Phrases for which n8n prefers other nodes, by their name or popularity, with the position of Veo 3.1. */
export const NOT_FIRST: ReadonlyArray<[phrase: string, position: number]> = [
	['video', 4], // Google Gemini, MiniMax and Qwen Cloud have the same alias
	['google veo', 2], // Google Vertex Chat Model
	['clip', 3], // ClickUp and its trigger
	['film', 2], // FileMaker
];
