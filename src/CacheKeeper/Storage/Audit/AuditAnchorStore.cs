using System.Globalization;
using System.Text;

namespace CacheKeeper.Storage.Audit;

/// <summary>
/// Keeps the end of the chain in a file of the state folder after each line: whoever rewrites the whole log in a database that several
/// keepers share cannot rewrite what each of them saw.
/// </summary>
internal sealed class AuditAnchorStore(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Tries = 400;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public string Path => System.IO.Path.Combine(folder, "audit.anchors");

    public async Task AddAsync(AuditAnchor anchor, CancellationToken cancellationToken)
    {
        await using var file = await OpenAsync(FileAccess.Write, cancellationToken);
        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(Encoding.ASCII.GetBytes($"{anchor.Seq} {anchor.Hash}\n"), cancellationToken);
        await file.FlushAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditAnchor>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path))
        {
            return [];
        }

        await using var file = await OpenAsync(FileAccess.Read, cancellationToken);
        using var reader = new StreamReader(file);
        var anchors = new List<AuditAnchor>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split(' ') is [var seq, { Length: 64 } hash] && long.TryParse(seq, CultureInfo.InvariantCulture, out var number))
            {
                anchors.Add(new AuditAnchor(number, hash));
            }
        }

        return anchors;
    }

    /// <summary>Forgets anchors of lines that were cut off.</summary>
    public async Task CutAsync(long first, CancellationToken cancellationToken)
    {
        var kept = (await ReadAsync(cancellationToken)).Where(anchor => anchor.Seq >= first).ToList();
        await using var file = await OpenAsync(FileAccess.Write, cancellationToken);
        file.SetLength(0);
        await file.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(kept.Select(anchor => $"{anchor.Seq} {anchor.Hash}\n"))), cancellationToken);
    }

    // One process at a time: the daemon and a command may write at once.
    private async Task<FileStream> OpenAsync(FileAccess access, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access == FileAccess.Read ? FileAccess.Read : FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        for (var tried = 1; ; tried++)
        {
            try
            {
                return new FileStream(Path, options);
            }
            catch (IOException) when (tried < Tries && File.Exists(Path))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
