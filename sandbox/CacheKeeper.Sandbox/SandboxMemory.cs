using System.Security.Cryptography;
using System.Text.Json;

namespace CacheKeeper.Sandbox;

/// <summary>What a sandbox remembers in its folder from start to start: ports and secrets of its own making.</summary>
internal sealed record SandboxMemory
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public Dictionary<string, int> Ports { get; init; } = [];

    public Dictionary<string, string> Secrets { get; init; } = [];

    /// <summary>Reads what an earlier start left in the folder, or begins anew.</summary>
    public static SandboxMemory Open(string folder)
    {
        var file = FileIn(folder);
        return File.Exists(file) ? JsonSerializer.Deserialize<SandboxMemory>(File.ReadAllText(file), Format) ?? new() : new();
    }

    /// <summary>The port a part had last time; 0 when it had none.</summary>
    public int Port(string part) => Ports.GetValueOrDefault(part);

    /// <summary>A port for a part, the one it had last time when that is free.</summary>
    public int TakePort(string part) => Ports[part] = SandboxPorts.Take(Port(part));

    /// <summary>The secret of that name, made at its first use: 32 hex digits after the beginning.</summary>
    public string Secret(string name, string beginning = "")
    {
        if (!Secrets.TryGetValue(name, out var secret))
        {
            Secrets[name] = secret = beginning + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }

        return secret;
    }

    /// <summary>Leaves it for the next start, readable by our account alone.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = FileIn(folder);
        using (var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, this, Format);
        }
    }

    private static string FileIn(string folder) => Path.Combine(folder, "sandbox.json");
}
