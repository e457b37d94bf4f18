using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Vacuum;
using CacheKeeper.Directives;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper;

/// <summary>The parts of one project, put together: its settings, the keeper's state, its configured tiers, and the runner of its jobs.</summary>
internal sealed class KeeperHost : IAsyncDisposable
{
    private readonly bool _ownsState;

    private KeeperHost(KeeperSettings settings, StateStore state, bool ownsState, TimeProvider time, ILoggerFactory logs, IReadOnlyList<ITier>? tiers = null)
    {
        (Settings, State, _ownsState, Time) = (settings, state, ownsState, time);
        Notes = new NoteStore(state);
        Runs = new RunStore(state);
        Leases = new LeaseStore(state);
        Freezes = new FreezeStore(Notes, settings.Scheduling);
        Audit = new AuditStore(state);
        Runner = new JobRunner(Runs, Leases, settings.Scheduling, Node, time, logs.CreateLogger<JobRunner>(), Audit) { Freezes = Freezes };
        Tiers = tiers ?? TierHost.Create(settings, time);
        Listening = new AnomalyService(state, settings.Project, settings.Analytics, AnomalyPolicy.Default);
        Directives = new DirectiveStore(state, Tiers, settings.Project, settings.Directives, time);
    }

    /// <summary>This process among the keepers that share a state.</summary>
    public static string Node { get; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    public KeeperSettings Settings { get; }
    public StateStore State { get; }
    public TimeProvider Time { get; }
    public NoteStore Notes { get; }
    public RunStore Runs { get; }
    public LeaseStore Leases { get; }
    public AuditStore Audit { get; }
    public JobRunner Runner { get; }

    /// <summary>The switch that stops every change.</summary>
    public FreezeStore Freezes { get; }

    /// <summary>The configured tiers, in the order in which cleanup works: cache tiers first, the record last.</summary>
    public IReadOnlyList<ITier> Tiers { get; }

    /// <summary>What listens to the collected series; lives as long as the keeper, so that detectors need not be read for each collection.</summary>
    public AnomalyService Listening { get; }

    /// <summary>What the readers of the cache are told.</summary>
    public DirectiveStore Directives { get; }

    public string Project => Settings.Project;

    /// <summary>Opens a project with a state of its own.</summary>
    public static async Task<KeeperHost> OpenAsync(KeeperSettings settings, TimeProvider time, CancellationToken cancellationToken) =>
        new(settings, await StateStore.OpenAsync(SettingsStore.Locate(settings.State), cancellationToken), true, time, NullLoggerFactory.Instance);

    /// <summary>Opens a project on a state that others share (the daemon keeps several).</summary>
    /// <param name="tiers">Null for those of the settings.</param>
    public static KeeperHost Open(KeeperSettings settings, StateStore state, TimeProvider time, ILoggerFactory logs, IReadOnlyList<ITier>? tiers = null) =>
        new(settings, state, false, time, logs, tiers);

    /// <summary>A cleanup of this project; the job's name is the strength's unless the timetable names it.</summary>
    public CleanupJob CleanupJob(CleanupRequest request, string? name = null)
    {
        var plans = new PlanStore(State);
        var policy = Settings.Cleanup;
        var rewrites = new RewriteService(Tiers, new DictionaryStore(State, Tiers, Project), policy, Project, Time);
        var guards = new PlanGuardService(Tiers, Notes, Runs, policy, Project);
        return new CleanupJob(
            name ?? request.Asked.ToString().ToLowerInvariant() + "-cleanup",
            request,
            Tiers,
            new CleanupParts(
                new CleanupInputService(Tiers, Runs, Notes),
                new CleanupPlanService(Tiers, plans, new SelectionRulesService(Notes, Regret, policy, Project), guards, rewrites, policy, Project),
                guards,
                plans,
                new ReceiptStore(State),
                new RemovalService(Tiers, plans, policy, Time),
                rewrites,
                Regret,
                new VacuumService(Tiers, policy.Vacuum, Time))
            {
                Proof = Settings.Scheduling.WaiveBackup ? null : NewestProofAsync,
            },
            policy,
            Time);
    }

    private async Task<NewestProof> NewestProofAsync(CancellationToken cancellationToken)
    {
        var (verified, proven) = await new BackupRecordStore(State).LatestAsync(Project, cancellationToken);
        return new NewestProof(verified, proven);
    }

    /// <summary>What became of removed entries.</summary>
    public RegretService Regret => new(new GhostStore(State, Project), Tiers, Settings.Cleanup.Regret, Project);

    /// <summary>Takes a run back.</summary>
    public UndoJob UndoJob(string run) => new(run, Tiers, new ReceiptStore(State), new GhostStore(State, Project), Time);

    /// <summary>Takes a run back and goes on until it is done, although a lease be lost on the way.</summary>
    public Task<RunRecord?> UndoAsync(string run, JobRequest request, CancellationToken cancellationToken) => new UndoRunner(Runner, () => UndoJob(run)).RunAsync(request, cancellationToken);

    /// <summary>What this project's backups are made with.</summary>
    public BackupParts Backups => BackupPartsHost.Of(this);

    /// <summary>What the scheduler knows of this project besides the ledger.</summary>
    public SchedulerNotesStore SchedulerNotes => new(Notes, Project);

    /// <summary>What this project's scheduler works with.</summary>
    public ProjectParts SchedulerParts => new()
    {
        Project = Project,
        Node = Node,
        Policy = Settings.Scheduling,
        Timetable = Timetable,
        Runs = Runs,
        Runner = Runner,
        Notes = SchedulerNotes,
        Create = name => JobCatalogHost.Create(name, this),
    };

    /// <summary>This project's timetable, jobs whose room is not there yet included.</summary>
    public IReadOnlyList<ScheduledJob> Timetable => Scheduling.Timetable.Of(Settings.Scheduling, Project, JobCatalogHost.IsAvailable);

    public async ValueTask DisposeAsync()
    {
        foreach (var tier in Tiers)
        {
            await tier.DisposeAsync();
        }

        if (_ownsState)
        {
            await State.DisposeAsync();
        }
    }
}
