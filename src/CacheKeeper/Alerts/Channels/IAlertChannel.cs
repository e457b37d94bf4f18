namespace CacheKeeper.Alerts.Channels;

/// <summary>A way to tell people or machines. It throws nothing but cancellation: trouble is a result.</summary>
internal interface IAlertChannel : IDisposable
{
    string Name { get; }

    Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken);
}
