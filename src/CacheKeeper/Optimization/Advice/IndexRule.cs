using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Optimization.TimeToLive;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Indexes that are unused, repeated, invalid, bloated or missing. Only a bloated one may be rebuilt by a run; dropping and creating stay a person's.</summary>
internal static class IndexRule
{
    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs) => inputs.Database is not { } facts
        ? []
        : IndexJudge.Judge(facts, inputs.Policy.Indexes).Select(verdict => Of(inputs, verdict))
            .Concat(MissingIndexes.Find(facts, inputs.CacheTable).Select(Of));

    private static Recommendation Of(AdviceInputs inputs, IndexVerdict verdict)
    {
        var index = verdict.Index;
        var rebuild = new MaintenanceStep("reindex", index.Schema, index.Name);
        var drop = $"DROP INDEX CONCURRENTLY \"{index.Schema}\".\"{index.Name}\"";
        var isConstraint = index.Constraint || index.Primary;
        var (what, risk, command) = verdict.Finding switch
        {
            IndexFinding.Invalid when isConstraint => ($"Rebuild the invalid index {index.Name}", "It stands behind a constraint: it must be rebuilt, not dropped.", rebuild.Statement),
            IndexFinding.Invalid => ($"Drop or rebuild the invalid index {index.Name}", "None for readers: it answers nothing. Find out first why its build failed.", $"{drop}  or  {rebuild.Statement}"),
            IndexFinding.Duplicate => ($"Drop {index.Name}, which repeats {verdict.Other!.Name}", "None for answers; statements that name it in a hint would have to name the other.", drop),
            IndexFinding.Unused => ($"Think about dropping {index.Name}, which nothing reads", "A statement that runs more rarely than the window may need it. Its definition, to make it again: " + index.Definition, drop),
            _ => ($"Rebuild the bloated index {index.Name}", "Readers and writers go on; it needs the room of a second index meanwhile.", rebuild.Statement),
        };
        var saved = verdict.Finding == IndexFinding.Invalid && isConstraint ? 0 : index.Bytes;
        return new()
        {
            Id = $"index:{index.Name}",
            Rule = "index",
            What = what,
            Why = verdict.Finding == IndexFinding.Bloated ? "More pages are read than its entries need." : "It is written with every row and answers nothing that another index does not answer.",
            Evidence = [verdict.Evidence, index.Definition],
            Expected = new() { Bytes = verdict.Finding == IndexFinding.Bloated ? null : new Estimate(-saved, -saved, -saved) },
            Risk = risk,
            Command = command,
            Gain = TtlWorth.StorageCosts(saved, inputs.Policy.Costs),
            Action = verdict.Finding == IndexFinding.Bloated && index.Owned ? new() { Maintenance = rebuild } : null,
        };
    }

    private static Recommendation Of(MissingIndex missing) => new()
    {
        Id = $"index:missing:{missing.Table.Name}",
        Rule = "index",
        What = $"Create an index on {missing.Table.Name}",
        Why = "Statements that run all the time read the whole table.",
        Evidence = [missing.Evidence],
        Expected = new(),
        Risk = "It takes room and a little time at each write; outside of a transaction, and if it fails it leaves an invalid index to drop.",
        Command = missing.Statement,
        Gain = 0,
        Demanded = true,
    };
}
