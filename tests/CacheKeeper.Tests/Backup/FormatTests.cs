using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Backup.Format;
using CsCheck;

namespace CacheKeeper.Tests.Backup;

/// <summary>The outside of backups: lines, chunks, digests, frames, keys.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Any_fields_come_back_from_a_line_as_they_were() => Gen.Byte.Array[0, 40].Array[1, 6].Sample(fields =>
    {
        var line = new ArrayBufferWriter<byte>();
        for (var i = 0; i < fields.Length; i++)
        {
            LineText.Write(line, fields[i], first: i == 0);
        }

        LineText.End(line);
        Assert.Equal(1, line.WrittenSpan.Count((byte)'\n'));
        Assert.False(LineText.IsGone(line.WrittenSpan));
        for (var i = 0; i < fields.Length; i++)
        {
            Assert.Equal(fields[i], LineText.Unescape(LineText.Field(line.WrittenSpan, i)));
        }
    }, iter: 5000);

    [Fact]
    public void A_null_field_is_told_from_the_text_that_looks_like_one()
    {
        var line = new ArrayBufferWriter<byte>();
        LineText.Write(line, (string?)null, first: true);
        LineText.Write(line, @"\N");
        Assert.Null(LineText.Text(LineText.Field(line.WrittenSpan, 0)));
        Assert.Equal(@"\N", LineText.Text(LineText.Field(line.WrittenSpan, 1)));
    }

    [Fact]
    public void Chunks_put_together_are_the_lines_and_a_line_more_changes_few_chunks()
    {
        var random = new Random(7);
        var lines = Enumerable.Range(0, 20_000).Select(i => $"{i}\t{Convert.ToHexString(Bytes(random, random.Next(10, 400)))}\n").ToList();
        var chunks = Cut(lines);
        Assert.Equal(string.Concat(lines), string.Concat(chunks));
        Assert.All(chunks.SkipLast(1), chunk => Assert.InRange(chunk.Length, 32 * 1024, 128 * 1024));
        lines.Insert(10_000, "one line more\n");
        Assert.InRange(Cut(lines).Except(chunks).Count(), 1, 3);
    }

    [Fact]
    public void A_digest_does_not_hang_on_the_order_of_lines_and_does_on_every_byte()
    {
        var lines = Enumerable.Range(0, 500).Select(i => Encoding.UTF8.GetBytes($"{i}\tvalue {i}\n")).ToList();
        var digest = LineDigest.Of(lines.SelectMany(line => line).ToArray());
        new Random(3).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lines));
        Assert.Equal(digest, LineDigest.Of(lines.SelectMany(line => line).ToArray()));
        Assert.Equal(500, digest.Lines);
        lines[250][2] ^= 1;
        Assert.NotEqual(digest, LineDigest.Of(lines.SelectMany(line => line).ToArray()));
    }

    [Fact]
    public void A_frame_opens_only_in_its_place_under_its_name_in_its_file_with_its_key()
    {
        var key = new RepositoryKey(Bytes(new Random(1), 32));
        var (one, two) = (SealedFile.Header(SealedFile.Pack, Bytes(new Random(2), 16), key.Id), SealedFile.Header(SealedFile.Pack, Bytes(new Random(3), 16), key.Id));
        var sealer = new Sealer(key.ForFile(one.AsSpan(8, 16), "pack"), one);
        var frame = sealer.Seal(5, "name", "content"u8);
        Assert.Equal("content"u8.ToArray(), sealer.Open(5, "name", frame));
        Assert.Null(sealer.Open(6, "name", frame));
        Assert.Null(sealer.Open(5, "other", frame));
        Assert.Null(new Sealer(key.ForFile(one.AsSpan(8, 16), "pack"), two).Open(5, "name", frame));
        Assert.Null(new Sealer(key.ForFile(two.AsSpan(8, 16), "pack"), one).Open(5, "name", frame));
        Assert.Null(new Sealer(key.ForFile(one.AsSpan(8, 16), "manifest"), one).Open(5, "name", frame));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var changed = (byte[])frame.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(sealer.Open(5, "name", changed));
        }
    }

    [Fact]
    public void A_wrapped_key_opens_with_its_own_key_only()
    {
        var (key, mine, other) = (new RepositoryKey(RandomNumberGenerator.GetBytes(32)), RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var wrapped = key.Wrap(mine, RandomNumberGenerator.GetBytes(12));
        Assert.Equal(key.Id, RepositoryKey.Unwrap(wrapped, mine)!.Id);
        Assert.Null(RepositoryKey.Unwrap(wrapped, other));
        Assert.Null(RepositoryKey.Unwrap(wrapped with { KeyId = RepositoryKey.KeyId(other) }, other));
        Assert.Null(RepositoryKey.Unwrap(wrapped with { Key = wrapped.Key[..^4] + "AAA=" }, mine));
        Assert.Null(RepositoryKey.Unwrap(wrapped with { Key = "no base64" }, mine));
    }

    private static List<string> Cut(IEnumerable<string> lines)
    {
        var cutter = new ChunkCutter(64 * 1024);
        var chunks = lines.SelectMany(line => cutter.Add(Encoding.UTF8.GetBytes(line))).Select(chunk => Encoding.UTF8.GetString(chunk.Span)).ToList();
        chunks.Add(Encoding.UTF8.GetString(cutter.Rest()!.Span));
        return chunks;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
