using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Optimization;

/// <summary>One optimization: judge what was changed before, look, advise, apply what the policy allows, record the promise. A dry run stops after the plan.</summary>
internal sealed class OptimizationJob(string name, OptimizationRequest request, OptimizerLookService looking, ChangeService changing, MaintenanceRunner? maintenance, OptimizerPolicy policy) : IJob
{
    public string Name => name;

    public IReadOnlyList<string> Resources => ["directives:optimizer", "maintenance:postgresql"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        context.Progress(0, "Judging earlier changes");
        var judged = context.DryRun ? [] : await changing.JudgeAsync(context.StartedAt, cancellationToken);
        context.Progress(0.2, "Reading the access log");
        var inputs = await looking.LookAsync(context.StartedAt, remember: !context.DryRun, cancellationToken);
        var plan = OptimizationPlan.Of(Advisor.Advise(inputs), request.Only, policy, QuietTime.WhyNot(inputs), inputs.Unseen);
        var wanted = plan.ToApply.ToList();
        var result = new JobResult(RunOutcome.DryRun, Sentence(plan, judged, []))
        {
            Inputs = JsonSerializer.SerializeToNode(new { inputs.History?.Logged, inputs.History?.Lookups, inputs.History?.FirstAt, inputs.History?.LastAt, inputs.Unseen, Remark = TtlRule.TooShort(inputs), Policy = policy }, StateJson.Options),
            Plan = JsonSerializer.SerializeToNode(plan, StateJson.Options),
            Expected = new JsonObject(wanted.Select(one => KeyValuePair.Create(one.Id, JsonSerializer.SerializeToNode(one.Expected, StateJson.Options)))),
            Counts = Counts(plan, judged, 0),
        };
        return context.DryRun ? result : await ApplyAsync(wanted, plan, judged, result, context, cancellationToken);
    }

    private async Task<JobResult> ApplyAsync(List<Recommendation> wanted, OptimizationPlan plan, IReadOnlyList<Change> judged, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        await context.ProveAsync(cancellationToken);
        var made = await changing.MakeAsync(wanted, context.Run, context.StartedAt, cancellationToken);
        await changing.RenewAsync(context.StartedAt, cancellationToken);
        var told = await changing.PublishAsync(context.StartedAt, cancellationToken);
        var maintained = await MaintainAsync(wanted, context, cancellationToken);
        var troubles = maintained.Where(one => !one.Done).Select(one => one.Sentence).ToList();
        if (made.Count > 0 && !told.IsHeard)
        {
            troubles.Add("No reader could be told: " + told.Sentence);
        }

        var nothing = made.Count + judged.Count + maintained.Count == 0;
        return result with
        {
            Outcome = troubles.Count > 0 ? RunOutcome.Degraded : nothing ? RunOutcome.NothingToDo : RunOutcome.Done,
            Reason = Sentence(plan, judged, maintained) + (troubles.Count > 0 ? " " + string.Join(' ', troubles) : ""),
            Counts = Counts(plan, judged, made.Count + maintained.Count(one => one.Done)),
            Actual = new JsonObject
            {
                ["directives_version"] = told.Document.Version,
                ["changes"] = new JsonArray([.. made.Select(change => (JsonNode?)change.Id)]),
                ["verdicts"] = JsonSerializer.SerializeToNode(judged.ToDictionary(change => change.Id, change => change.Verdict), StateJson.Options),
                ["maintenance"] = new JsonArray([.. maintained.Select(one => (JsonNode?)one.Sentence)]),
            },
            UndoUntil = made.Count > 0 ? made.Max(change => change.Directive.Until) : null,
        };
    }

    private async Task<IReadOnlyList<(bool Done, string Sentence)>> MaintainAsync(List<Recommendation> wanted, JobContext context, CancellationToken cancellationToken)
    {
        var done = new List<(bool, string)>();
        if (maintenance is not null && await maintenance.RemoveLeftoversAsync(cancellationToken) is > 0 and var removed)
        {
            done.Add((true, $"{removed} unfinished index copies of an earlier rebuild were removed."));
        }

        foreach (var step in wanted.Select(one => one.Action?.Maintenance).OfType<MaintenanceStep>())
        {
            context.Progress(0.5, step.Statement);
            await context.ProveAsync(cancellationToken);
            done.Add(await maintenance!.RunAsync(step, cancellationToken));
        }

        return done;
    }

    private static JsonObject Counts(OptimizationPlan plan, IReadOnlyList<Change> judged, int applied) => new()
    {
        ["recommended"] = plan.Advice.Count,
        ["planned"] = plan.ToApply.Count(),
        ["applied"] = applied,
        ["judged"] = judged.Count,
        ["reverted"] = judged.Count(change => change.State == ChangeState.Reverted),
    };

    private static string Sentence(OptimizationPlan plan, IReadOnlyList<Change> judged, IReadOnlyList<(bool Done, string Sentence)> maintained)
    {
        var verdicts = judged.Select(change => $"{change.What}: {change.Verdict!.Sentence}");
        var applied = plan.ToApply.Select(one => one.What + ".").ToList();
        string[] sentences = [.. verdicts, applied.Count > 0 ? "To do: " + string.Join(' ', applied) : "Nothing to change.", .. maintained.Where(one => one.Done).Select(one => one.Sentence), .. plan.Unseen];
        return string.Join(' ', sentences);
    }
}

/// <summary>What a run is asked to do.</summary>
/// <param name="Only">Ids or rules by name; empty means all that the policy allows.</param>
internal sealed record OptimizationRequest(IReadOnlyCollection<string> Only)
{
    public static readonly OptimizationRequest All = new([]);
}
