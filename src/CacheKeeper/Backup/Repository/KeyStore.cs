using System.Security.Cryptography;
using System.Text.Json;
using CacheKeeper.Backup.Format;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup.Repository;

/// <summary>The operator's key, and the location's own key sealed under it (keys/KEYID.json, with a copy in the keeper's state).</summary>
internal sealed class KeyStore(BackupPolicy policy, string defaultKeyFile, IBackupStore files, NoteStore notes, string project, TimeProvider time)
{
    private const string Folder = "keys";
    private const string Note = "backup.keys";

    /// <summary>Where the key file is, or would be.</summary>
    public string KeyFile => policy.KeyFile ?? defaultKeyFile;

    /// <summary>Set when the key file was made by this call: what to tell its owner.</summary>
    public string? Advice { get; private set; }

    /// <summary>Whether anything was ever backed up here.</summary>
    public async Task<bool> IsInUseAsync(CancellationToken cancellationToken) => (await WrappedAsync(cancellationToken)).Count > 0;

    /// <summary>Opens the location's key; makes both keys where neither exists yet.</summary>
    /// <exception cref="KeeperException">The key is missing, malformed or not the one under which this location was sealed.</exception>
    public async Task<RepositoryKey> OpenAsync(bool create, CancellationToken cancellationToken)
    {
        var wrapped = await WrappedAsync(cancellationToken);
        if (wrapped.Count == 0 && !create)
        {
            throw KeeperException.Usage($"There are no backups in {files.Location}.", "'cachekeeper backup create' makes one.");
        }

        var own = OwnKeys(mayMake: wrapped.Count == 0);
        foreach (var key in own)
        {
            if (wrapped.Select(one => RepositoryKey.Unwrap(one, key)).FirstOrDefault(found => found is not null) is { } opened)
            {
                return opened;
            }
        }

        if (wrapped.Count > 0)
        {
            throw new KeeperException(
                $"The backups in {files.Location} are sealed under key {string.Join(", ", wrapped.Select(one => one.KeyId).Distinct())}; the key here is {string.Join(", ", own.Select(key => RepositoryKey.KeyId(key)))}.",
                $"Put the right key into {KeyFile} or name it in backup.key. Without it nothing can be restored. If you have it, the files below {files.Location}/{Folder} may be damaged.");
        }

        var fresh = new RepositoryKey(RandomNumberGenerator.GetBytes(RepositoryKey.Bytes));
        await StoreAsync(fresh, own[0], cancellationToken);
        return fresh;
    }

    /// <summary>Seals the location's key under a new key of the operator's; the backups themselves stay as they are.</summary>
    /// <returns>The new key's id, and what to do with the old one.</returns>
    public async Task<(string KeyId, string Advice)> RotateAsync(CancellationToken cancellationToken)
    {
        var repository = await OpenAsync(create: false, cancellationToken);
        var next = policy.Key is null ? MakeKey(KeyFile + ".next") : Parse(SecretStore.Resolve(policy.Key)!, "backup.key");
        await StoreAsync(repository, next, cancellationToken);
        var advice = "Remove backup.previousKey when you have tried 'cachekeeper backup verify'.";
        if (policy.Key is null)
        {
            // Whatever happens between these two renames, one of the three files opens the location.
            var old = $"{KeyFile}.{time.GetUtcNow().UtcDateTime:yyyyMMddHHmmss}.old";
            File.Move(KeyFile, old);
            File.Move(KeyFile + ".next", KeyFile);
            advice = $"The new key is in {KeyFile}: keep a copy of it elsewhere. The old one is in {old}; remove it when you have tried 'cachekeeper backup verify'.";
        }

        foreach (var file in await files.ListAsync(Folder, cancellationToken))
        {
            if (file.Name != NameOf(RepositoryKey.KeyId(next)))
            {
                await files.DeleteAsync(file.Name, cancellationToken);
            }
        }

        return (RepositoryKey.KeyId(next), advice);
    }

    private async Task StoreAsync(RepositoryKey repository, byte[] key, CancellationToken cancellationToken)
    {
        var wrapped = repository.Wrap(key, RandomNumberGenerator.GetBytes(12));
        if (await files.LengthAsync(NameOf(wrapped.KeyId), cancellationToken) is null)
        {
            await using var file = await files.CreateAsync(NameOf(wrapped.KeyId), cancellationToken);
            await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(wrapped, StateJson.Options), cancellationToken);
            await file.SealAsync(cancellationToken);
            await file.PublishAsync(cancellationToken);
        }

        await notes.WriteAsync(project, Note, new List<WrappedKey> { wrapped }, time.GetUtcNow(), cancellationToken);
    }

    private async Task<List<WrappedKey>> WrappedAsync(CancellationToken cancellationToken)
    {
        var found = new List<WrappedKey>();
        foreach (var file in await files.ListAsync(Folder, cancellationToken))
        {
            try
            {
                found.Add(JsonSerializer.Deserialize<WrappedKey>(await files.ReadAsync(file.Name, 0, (int)Math.Min(file.Bytes, 4096), cancellationToken), StateJson.Options)!);
            }
            catch (JsonException)
            {
                // Damaged: the copy in the state, or another file, may open the location.
            }
        }

        // The copy matters only where backups are: a location that is empty is a new one.
        if ((await files.ListAsync("points", cancellationToken)).Count > 0)
        {
            found.AddRange(await notes.ReadAsync<List<WrappedKey>>(project, Note, cancellationToken) ?? []);
        }

        return [.. found.Where(one => one is { KeyId: not null, Nonce: not null, Key: not null })];
    }

    // The key that is set, then those of a rotation that was cut off.
    private List<byte[]> OwnKeys(bool mayMake)
    {
        var keys = new List<byte[]>();
        if (policy.Key is { } named)
        {
            keys.Add(Parse(SecretStore.Resolve(named) ?? throw KeeperException.Usage($"backup.key {named} is empty.", "Make one with: openssl rand -base64 32"), "backup.key"));
        }
        else
        {
            string[] candidates = [KeyFile, KeyFile + ".next"];
            keys.AddRange(candidates.Where(File.Exists).Select(path => Parse(File.ReadAllText(path), path)));
            if (keys.Count == 0)
            {
                keys.Add(mayMake ? MakeKey(KeyFile) : throw new KeeperException($"The backup key {KeyFile} is not there.", "Put your copy of it back, or name it in backup.key. Without it nothing can be restored."));
                Advice = $"Made a new backup key in {KeyFile} (id {RepositoryKey.KeyId(keys[0])}). Copy it to a safe place that is not this machine: without it no backup can be restored.";
            }
        }

        if (SecretStore.Resolve(policy.PreviousKey) is { } previous)
        {
            keys.Add(Parse(previous, "backup.previousKey"));
        }

        return keys;
    }

    private static byte[] MakeKey(string path)
    {
        var key = RandomNumberGenerator.GetBytes(RepositoryKey.Bytes);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
        file.Flush(flushToDisk: true);
        return key;
    }

    private static byte[] Parse(string text, string where)
    {
        text = text.Trim();
        try
        {
            var key = text.Length == 2 * RepositoryKey.Bytes ? Convert.FromHexString(text) : Convert.FromBase64String(text);
            if (key.Length == RepositoryKey.Bytes)
            {
                return key;
            }
        }
        catch (FormatException)
        {
        }

        throw KeeperException.Usage($"{where} holds no key: 32 bytes as base64 or hex are asked for.", "Make one with: openssl rand -base64 32");
    }

    private static string NameOf(string keyId) => $"{Folder}/{keyId}.json";
}
