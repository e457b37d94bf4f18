// A local S3-compatible server with one bucket: `node server.mjs FOLDER`; says its port, ends with its input.
import S3rver from '@20minutes/s3rver';

// It computes signatures over "/bucket" where the official .NET client (as Amazon does) signs "/bucket/": signatures are let through, keys are still checked.
const server = new S3rver({
  port: 0, address: '127.0.0.1', silent: true, allowMismatchedSignatures: true, directory: process.argv[2], vhostBuckets: false, configureBuckets: [{ name: 'backups', configs: [] }],
});
// The official client writes the slashes of a copy's source as %2F, which this server does not read.
server.middleware.unshift((context, next) => {
  const source = context.req.headers['x-amz-copy-source'];
  if (source) {
    context.req.headers['x-amz-copy-source'] = source.replaceAll('%2F', '/');
  }
  return next();
});
const { port } = await server.run();
console.log(port);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
