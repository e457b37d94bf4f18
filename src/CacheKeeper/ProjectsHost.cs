using CacheKeeper.Storage;

namespace CacheKeeper;

/// <summary>Every project of the settings, opened on one shared state: what the daemon keeps.</summary>
internal sealed class ProjectsHost : IAsyncDisposable
{
    private ProjectsHost(StateStore state, IReadOnlyList<KeeperHost> all, TimeProvider time) => (State, All, Time) = (state, all, time);

    public StateStore State { get; }

    /// <summary>The projects, the default one first.</summary>
    public IReadOnlyList<KeeperHost> All { get; }

    public TimeProvider Time { get; }

    public KeeperHost Default => All[0];

    /// <summary>The project of that name; null when there is none. No name means the default one.</summary>
    public KeeperHost? Find(string? project) => project is null ? Default : All.FirstOrDefault(keeper => keeper.Project == project);

    /// <exception cref="KeeperException">The settings of a project, or the state, cannot be used.</exception>
    public static Task<ProjectsHost> OpenAsync(string? config, string? only, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken) =>
        OpenAsync(SettingsStore.LoadAll(config, only), time, logs, cancellationToken);

    /// <param name="settings">Of each project, the default one first.</param>
    /// <exception cref="KeeperException">The state cannot be used.</exception>
    public static async Task<ProjectsHost> OpenAsync(IReadOnlyList<KeeperSettings> settings, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var state = await StateStore.OpenAsync(SettingsStore.Locate(settings[0].State), cancellationToken);
        return new ProjectsHost(state, [.. settings.Select(one => KeeperHost.Open(one, state, time, logs))], time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var keeper in All)
        {
            await keeper.DisposeAsync();
        }

        await State.DisposeAsync();
    }
}
