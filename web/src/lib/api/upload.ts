/**
 * Sends a request like `fetch`, and reports the share of the body that was sent, from 0 to 1. `fetch` itself cannot report
 * it.
 */
export async function upload(request: Request, onprogress: (share: number) => void): Promise<Response> {
  const body = await request.blob();
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(request.method, request.url);
    request.headers.forEach((value, name) => call.setRequestHeader(name, value));
    call.responseType = 'blob';
    call.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) onprogress(loaded / total);
    });
    call.addEventListener('load', () => {
      const content = call.status === 204 ? null : (call.response as Blob);
      resolve(new Response(content, { status: call.status, headers: headersOf(call.getAllResponseHeaders()) }));
    });
    // `fetch` rejects with this type if no answer came.
    call.addEventListener('error', () => reject(new TypeError('The upload has failed')));
    call.addEventListener('abort', () => reject(request.signal.reason as Error));
    request.signal.addEventListener('abort', () => call.abort());
    call.send(body);
  });
}

/** Returns the headers of an answer from the text in which `XMLHttpRequest` gives them. */
export function headersOf(text: string): Headers {
  const headers = new Headers();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
