using System.IO.Compression;
using System.Text;

namespace CacheKeeper.Cli;

/// <summary>Opens the text files that commands read and write: plain or gzip, and "-" for standard input or output.</summary>
internal static class TextFileStore
{
    public static TextReader OpenRead(string path)
    {
        RefuseElsewhere();
        try
        {
            var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var buffered = new BufferedStream(stream, 1 << 16);
            return new StreamReader(LooksGzipped(path, buffered, out var whole) ? new GZipStream(whole, CompressionMode.Decompress) : whole, Encoding.UTF8, true, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeeperException.Usage($"Cannot read {path}: {e.Message}", "Check the path; gzip files and '-' (standard input) are read too.");
        }
    }

    /// <summary>The lines one by one, so that a file of any size needs little memory.</summary>
    public static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    public static TextWriter OpenWrite(string path)
    {
        RefuseElsewhere();
        try
        {
            Stream stream = path == "-" ? Console.OpenStandardOutput() : File.Create(path);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                stream = new GZipStream(stream, CompressionLevel.Optimal);
            }

            return new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeeperException.Usage($"Cannot write {path}: {e.Message}", "Check that the folder exists and may be written.");
        }
    }

    // A caller of the API has no business with this machine's files.
    private static void RefuseElsewhere()
    {
        if (RemoteSessionHost.Current is not null)
        {
            throw KeeperException.Usage("Files are read and written only on the machine itself.");
        }
    }

    // A gzip stream starts 1F 8B whatever the file is called; standard input cannot seek, so the two bytes are put back in front.
    private static bool LooksGzipped(string path, Stream stream, out Stream whole)
    {
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        if (path == "-")
        {
            whole = new PrefixedStream(head.AsMemory(0, read).ToArray(), stream);
        }
        else
        {
            stream.Position = 0;
            whole = stream;
        }

        return read == 2 && head[0] == 0x1F && head[1] == 0x8B;
    }

    private sealed class PrefixedStream(byte[] head, Stream rest) : Stream
    {
        private int _used;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_used == head.Length)
            {
                return rest.Read(buffer, offset, count);
            }

            var taken = Math.Min(count, head.Length - _used);
            Array.Copy(head, _used, buffer, offset, taken);
            _used += taken;
            return taken;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
