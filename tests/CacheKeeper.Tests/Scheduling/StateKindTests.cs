using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Scheduling;

public sealed class LedgerOnSqliteTests : LedgerContract
{
    private protected override Task<StateLocation> LocateAsync() => Task.FromResult(StateKinds.Sqlite());
}

public sealed class LedgerOnPostgresTests(SandboxFixture sandbox) : LedgerContract
{
    private protected override Task<StateLocation> LocateAsync() => StateKinds.PostgresAsync(sandbox);
}

public sealed class TimetableOnSqliteTests : TimetableContract
{
    private protected override Task<StateLocation> LocateAsync() => Task.FromResult(StateKinds.Sqlite());
}

public sealed class TimetableOnPostgresTests(SandboxFixture sandbox) : TimetableContract
{
    private protected override Task<StateLocation> LocateAsync() => StateKinds.PostgresAsync(sandbox);
}
