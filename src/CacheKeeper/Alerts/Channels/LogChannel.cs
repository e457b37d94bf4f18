using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Writes to the keeper's log and, one JSON line each, to a file beside its state: what still speaks when the network is the trouble.</summary>
internal sealed class LogChannel(string name, string? file, ILogger log) : IAlertChannel
{
    private const long LargestFile = 5 * 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);

    public string Name => name;

    public async Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        foreach (var message in delivery.Entries.Select(entry => entry.Message))
        {
            log.Log(Level(message), "{Alert}", AlertText.Line($"{(message.Drill ? "drill: " : "")}{message.State} {message.Title}: {message.Message} ({message.Because})"));
            if (file is not null)
            {
                await AppendAsync(JsonSerializer.Serialize(message, StateJson.Options) + "\n", cancellationToken);
            }
        }

        return DeliveryResult.Delivered;
    }

    public void Dispose() => _gate.Dispose();

    private async Task AppendAsync(string line, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (new FileInfo(file!) is { Exists: true, Length: > LargestFile })
            {
                File.Move(file!, file + ".1", overwrite: true);
            }

            await File.AppendAllTextAsync(file!, line, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static LogLevel Level(AlertMessage message) => message switch
    {
        { Drill: true } or { State: "resolved" } or { Severity: AlertSeverity.Info } => LogLevel.Information,
        { Severity: AlertSeverity.Warning } => LogLevel.Warning,
        _ => LogLevel.Critical,
    };
}
