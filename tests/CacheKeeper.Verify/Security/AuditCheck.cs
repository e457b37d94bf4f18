using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Verify.Security;

/// <summary>Removes, edits and swaps lines of a written log, one at a time, in the database itself, and puts each back.</summary>
internal sealed class AuditCheck : ICheck
{
    private const int Lines = 200;
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
    private static readonly string[] Columns = ["at", "who", "origin", "project", "action", "object", "before_count", "after_count", "result", "detail", "previous", "hash"];

    public string Name => "audit";
    public string Goal => "removal, edit or reorder of any one line of the audit log: every one detected";
    public (int Smoke, int Default, int Full) Tries => (150, 1_000, 20_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        try
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            var audit = new AuditStore(state);
            await FillAsync(audit, run.Smoke ? Lines / 4 : Lines, cancellationToken);
            var (lines, chance, counts) = (run.Smoke ? Lines / 4 : Lines, new Random(run.Seed), new int[3]);
            for (var i = 0; i < run.Tries; i++)
            {
                var kind = i % 3;
                var (attack, back) = kind switch { 0 => Removal(chance.Next(1, lines + 1)), 1 => Edit(chance.Next(1, lines + 1), chance), _ => Swap(lines, chance) };
                await state.ExecuteAsync(attack, null, cancellationToken);
                var found = !(await audit.VerifyAsync(cancellationToken)).IsSound;
                counts[kind] += found ? 1 : 0;
                run.Expect(found, "not detected: " + attack);
                await state.ExecuteAsync(back, null, cancellationToken);
            }

            run.Expect((await audit.VerifyAsync(cancellationToken)).IsSound, "the log is not sound after everything was put back, so the tries prove nothing");
            run.Fact($"{lines} lines; detected: {counts[0]} removals, {counts[1]} edits, {counts[2]} swaps");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(AuditStore audit, int lines, CancellationToken cancellationToken)
    {
        for (var i = 0; i < lines; i++)
        {
            var entry = new AuditEntry(Start.AddMinutes(i), new Actor("user" + (i % 3), "command line, host"), "light-cleanup", $"run-{i / 2:D4}", i % 2 == 0 ? "begun" : "done");
            await audit.AppendAsync(entry with { Project = i % 7 == 0 ? null : "one", Before = i % 2 == 0 ? null : i, After = i % 2 == 0 ? null : i / 2, Detail = i % 2 == 0 ? "" : $"Removed {i}." }, cancellationToken);
        }
    }

    private static (string Attack, string Back) Removal(int seq) => (
        $"CREATE TABLE kept AS SELECT * FROM audit WHERE seq = {seq}; DELETE FROM audit WHERE seq = {seq}",
        "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept");

    private static (string Attack, string Back) Edit(int seq, Random chance)
    {
        var column = Columns[chance.Next(Columns.Length)];
        var value = column is "at" or "before_count" or "after_count" ? $"COALESCE({column}, 0) + {chance.Next(1, 1000)}" : chance.Next(2) == 0 ? $"COALESCE({column}, '') || ' '" : $"'x' || COALESCE(substr({column}, 2), '')";
        return (
            $"CREATE TABLE kept AS SELECT * FROM audit WHERE seq = {seq}; UPDATE audit SET {column} = {value} WHERE seq = {seq}",
            $"DELETE FROM audit WHERE seq = {seq}; INSERT INTO audit SELECT * FROM kept; DROP TABLE kept");
    }

    private static (string Attack, string Back) Swap(int lines, Random chance)
    {
        var one = chance.Next(1, lines + 1);
        var other = (one % lines) + 1;
        if (chance.Next(2) == 0)
        {
            other = ((one + chance.Next(1, lines) - 1) % lines) + 1;
        }

        var swap = $"UPDATE audit SET seq = -{one} WHERE seq = {one}; UPDATE audit SET seq = {one} WHERE seq = {other}; UPDATE audit SET seq = {other} WHERE seq = -{one}";
        return (swap, swap);
    }
}
