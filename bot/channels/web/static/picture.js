// Makes a camera's picture small enough for a slow line, where the browser can; else it stays as it is.

const LONGEST = 2048; // pixels of the longer side: a code in a corner of the picture can still be read
const ENOUGH = 600 * 1024; // bytes up to which nothing is done
const QUALITY = 0.82;

function decoded(file) {
  return new Promise((done, failed) => {
    const url = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => { URL.revokeObjectURL(url); done(image); };
    image.onerror = () => { URL.revokeObjectURL(url); failed(); };
    image.src = url;
  });
}

async function drawn(file) {
  const image = await decoded(file);
  const share = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * share));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * share));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // what is clear is paper
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

function text(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(blob);
  });
}

/** The picture as the text of a data: address, which the browser's storage can keep until it is sent. */
export async function prepared(file) {
  let smaller = null;
  if (file.size > ENOUGH) smaller = await drawn(file).catch(() => null);
  return text(smaller && smaller.size < file.size ? smaller : file);
}

export function blob(address) {
  const [head, body] = address.split(",");
  const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}
