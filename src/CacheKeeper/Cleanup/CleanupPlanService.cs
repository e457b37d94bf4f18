using CacheKeeper.Cleanup.Duplicates;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Similarity;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Looks and decides: scans the tiers, lets the selector choose, checks the guards, remembers the plan. Changes nothing in a tier.</summary>
internal sealed class CleanupPlanService(IReadOnlyList<ITier> tiers, PlanStore plans, NoteStore notes, RunStore runs, RegretService regret, RewriteService rewriting, CleanupPolicy policy, string project)
{
    private readonly PinStore _pins = new(notes, project);

    public async Task<CleanupPlan> PlanAsync(CleanupRequest request, DateTimeOffset now, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var chosen = Chosen(request);
        var spent = await SpentAsync(now, cancellationToken);
        var id = PlanStore.NewId(now);
        var tallies = new List<TierSelection>();
        var reported = new List<string>();
        var leader = chosen.Count == 0 ? null : chosen[^1];
        var rules = leader is null ? null : await RulesAsync(leader, request, now, spent, reported, progress, cancellationToken);
        var (rewrites, leftAlone) = await rewriting.RulesAsync(request, now, cancellationToken);
        rules = rules is null ? null : rules with { Rewrites = rewrites };
        reported.AddRange(leftAlone);
        var taken = new Dictionary<string, RemovalReason>();
        var pinned = new HashSet<string>();

        // The record decides what goes for its value; its keys and memories go with it. Scanned first, removed last.
        foreach (var tier in chosen.Reverse())
        {
            progress((double)tallies.Count / chosen.Count, $"Choosing in {tier.Name.Title()}");
            await using var selection = plans.Write(id, tier.Name);
            var tally = await SelectAsync(tier, tier == leader, rules!, taken, pinned, selection, cancellationToken);
            tallies.Insert(0, tally);
            if (tier.Name == TierName.Postgresql && tally.Error is not null && chosen.Count > 1 && rules is { Mode: not CleanupMode.Light })
            {
                reported.Add($"From the others only what has expired is taken: {tier.Name.Title()} could not be looked at, and its pins hold for them too.");
                rules = rules.WithPinsUnknown();
            }

            reported.AddRange(Findings(tier.Name, tally, rewrites?.GivesEnds == true));
        }

        var removals = tallies.SelectMany(tally => tally.Removals(CleanupPlanner.SampleSize)).ToList();
        var effect = EffectOf(rules, tallies, request.Inputs);
        var expected = CleanupCosts.Expect(removals) with { HitRatioBefore = request.Inputs?.HitRatio, HitRatioAfter = request.Inputs?.HitRatio - effect?.Loss, HitRatioLow = request.Inputs?.HitRatio - effect?.Upper90, HitRatioHigh = request.Inputs?.HitRatio - effect?.Lower90 };
        var plan = CleanupPlanner.Plan(id, request, [.. tallies.Select(tally => tally.Totals)], removals, reported, expected, now, policy);
        plan = plan with { Rewrites = await rewriting.PlanAsync([.. tallies.Select(tally => tally.Rewrites)], now, cancellationToken) };
        plan = plan with { Refusals = CleanupGuards.Check(plan, await RememberedAsync(request.Project, cancellationToken), await ServersAsync(request, cancellationToken), policy, request.Overrides, spent) };
        await plans.SaveAsync(plan, cancellationToken);
        return plan;
    }

    /// <summary>The same tiers as they are now, to see whether a plan still fits.</summary>
    public async Task<IReadOnlyList<TierTotals>> CountAsync(CleanupPlan plan, CancellationToken cancellationToken)
    {
        var scope = new TierScope(plan.Project);
        var wanted = plan.Tiers.Where(totals => totals.Error is null).Select(totals => totals.Tier).ToHashSet();
        var seen = await TierLookService.LookAsync(tiers.Where(tier => wanted.Contains(tier.Name)), scope, plan.AsOf, cancellationToken);
        return [.. seen.Select(snapshot => new TierTotals(snapshot.Tier, snapshot.Entries ?? 0, snapshot.Bytes ?? 0) { Error = snapshot.Error })];
    }

    /// <summary>Guards again, at the moment of applying.</summary>
    public async Task<IReadOnlyList<Refusal>> CheckAsync(CleanupPlan plan, CleanupRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var servers = await ServersAsync(request, cancellationToken);
        var refusals = CleanupGuards.Check(plan with { AsOf = now }, await RememberedAsync(plan.Project, cancellationToken), servers, policy, request.Overrides, await SpentAsync(now, cancellationToken));
        refusals = await _pins.ChangedSinceAsync(plan.AsOf, cancellationToken) ? [.. refusals, new Refusal("pinned-since", "an entry was pinned since the plan was made, and it may be on the plan", "make a new plan")] : refusals;
        return CleanupPlanner.Moved(plan, await CountAsync(plan, cancellationToken)) is { } moved ? [.. refusals, moved] : refusals;
    }

    /// <summary>Remembers what the tiers held, so that a later empty listing or a swapped database is noticed.</summary>
    public async Task RememberAsync(CleanupPlan plan, CleanupTally done, CancellationToken cancellationToken)
    {
        foreach (var totals in plan.Tiers.Where(totals => totals.Error is null))
        {
            var tier = tiers.First(candidate => candidate.Name == totals.Tier);
            var identity = tier is IClockedTier clocked ? (await clocked.AskServerAsync(cancellationToken)).Identity : null;
            await notes.WriteAsync(plan.Project, "tier:" + totals.Tier.Word(), new TierMemory(totals.Entries - done.RemovedFrom(totals.Tier), plan.AsOf, identity), plan.AsOf, cancellationToken);
        }
    }

    private IReadOnlyList<ITier> Chosen(CleanupRequest request) => [.. tiers.Where(tier => request.OnlyTiers.Count == 0 || request.OnlyTiers.Contains(tier.Name))];

    // Learns what entries are worth and how low the bar is; strengths that take nothing for its value need no scan.
    private async Task<SelectionRules> RulesAsync(ITier leader, CleanupRequest request, DateTimeOffset now, DeletionBudget spent, List<string> reported, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var rules = new SelectionRules { Mode = request.Mode, AsOf = now, Policy = await _pins.AddToAsync(policy, cancellationToken), Category = request.Category, Key = request.Key, Dragging = request.Dragging.ToHashSet(), FullPace = request.FullPace };
        if (!request.Mode.WeighsValue())
        {
            return rules;
        }

        try
        {
            progress(0, $"Learning what {leader.Name.Title()}'s entries are worth");
            var learner = new ValueLearner(now, new ValuePolicy());
            await ForEachAsync(leader, request.Project, now, learner.Add, cancellationToken);
            var model = learner.Build();
            if (model.Knowledge.Level == KnowledgeLevel.TooLittle)
            {
                reported.Add($"Nothing is chosen for its value: {model.Knowledge.Reason}");
                return rules;
            }

            var learned = rules with { Model = model, Lesson = await LessonAsync(now, reported, cancellationToken) };
            var (worths, sizes) = (new List<double>(), new List<long>());
            long live = 0, expired = 0;
            await ForEachAsync(leader, request.Project, now, entry =>
            {
                (live, expired) = entry.IsExpired(now) ? (live, expired + 1) : (live + 1, expired);
                if (learned.IsCandidate(entry) && learned.Worth(entry) is { } worth)
                {
                    worths.Add(worth);
                    sizes.Add(entry.Bytes);
                }
            }, cancellationToken);
            var candidates = request.FreeBytes is { } bytes ? ValueBar.Freeing(worths, sizes, bytes) : worths.Count;
            var wanted = ValueBar.Wanted(request, candidates, live, expired, policy, spent.Left(leader.Name, live + expired, policy));
            return learned with { WorthAtMost = ValueBar.Of(worths, wanted), MostForValue = wanted };
        }
        catch (TierException e)
        {
            reported.Add($"Nothing is chosen for its value: {e.Message}");
            return rules;
        }
    }

    private static async Task ForEachAsync(ITier tier, string project, DateTimeOffset now, Action<EntryHead> act, CancellationToken cancellationToken)
    {
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = now }, cancellationToken))
        {
            foreach (var entry in page.Entries)
            {
                act(entry);
            }
        }
    }

    private async Task<TierSelection> SelectAsync(ITier tier, bool leads, SelectionRules rules, Dictionary<string, RemovalReason> taken, HashSet<string> pinned, SelectionWriter selection, CancellationToken cancellationToken)
    {
        var tally = new TierSelection(tier.Name, policy.Compression.DictionarySample);
        try
        {
            var health = tier.Name == TierName.Mem0 && rules.Mode is CleanupMode.Deep or CleanupMode.Duplicates ? new MemoryHealth(rules.AsOf) : null;
            var duplicates = await DuplicatesAsync(tier, rules, tally, cancellationToken);
            // In a light cleanup the server itself finds what has expired, and counts the rest.
            var found = rules.Mode == CleanupMode.Light && tier.Name == TierName.Postgresql;
            var filter = new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, State = found ? EntryState.ExpiredOrPinned : EntryState.Any, FullPace = rules.FullPace };
            await foreach (var page in tier.ScanAsync(filter, cancellationToken))
            {
                tally.Foreign += page.Foreign;
                foreach (var entry in page.Entries)
                {
                    // A pin on the record holds for its keys and memories too.
                    var held = Pins.Hold(entry, rules.Policy) || (entry.QueryHash is { } known && pinned.Contains(known));
                    tally.Oversized += entry.Bytes > policy.OversizedAbove ? 1 : 0;
                    if (held && entry.QueryHash is { } hold)
                    {
                        pinned.Add(hold);
                    }

                    health?.See(entry, duplicates.Contains(entry.Id));
                    var reason = held ? null : ReasonFor(entry, leads, rules, taken, duplicates, tally);
                    tally.See(entry, reason, held);
                    if (reason is not { } because)
                    {
                        if (!held && rules.Rewrites?.Choose(entry) is { } change)
                        {
                            tally.Rewrites.See(entry, change);
                        }

                        continue;
                    }

                    await selection.AddAsync(new Selection(entry, because), cancellationToken);
                    if (leads && because != RemovalReason.Expired && entry.QueryHash is { } hash)
                    {
                        taken[hash] = because;
                        tally.Doomed.Add(entry);
                    }
                }
            }

            if (found)
            {
                tally.Count(await tier.LookAsync(new TierScope(project), rules.AsOf, cancellationToken));
            }

            tally.Notes.AddRange(health is { IsKnown: true } ? [health.Sentence] : Array.Empty<string>());
        }
        catch (TierException e)
        {
            return new TierSelection(tier.Name, 0) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause };
        }

        return tally;
    }

    // Its own reason first; then what its record goes for, so that an entry's row, keys and memories go together.
    private static RemovalReason? ReasonFor(EntryHead entry, bool leads, SelectionRules rules, Dictionary<string, RemovalReason> taken, IReadOnlySet<string> duplicates, TierSelection tally)
    {
        var own = (leads ? rules : rules with { WorthAtMost = null }).Choose(entry);
        if (own is RemovalReason.LowValue or RemovalReason.DraggingCategory && tally.Doomed.Count >= rules.MostForValue)
        {
            own = null;
        }

        return own
            ?? (duplicates.Contains(entry.Id) ? RemovalReason.Duplicate
            : !leads && entry.QueryHash is { } hash && taken.TryGetValue(hash, out var followed) ? followed : null);
    }

    // Duplicates are looked for among memories only: rows and keys are found by their hash and cannot say the same twice.
    private async Task<IReadOnlySet<string>> DuplicatesAsync(ITier tier, SelectionRules rules, TierSelection tally, CancellationToken cancellationToken)
    {
        if (tier.Name != TierName.Mem0 || rules.Mode is not (CleanupMode.Deep or CleanupMode.Duplicates))
        {
            return new HashSet<string>();
        }

        var texts = new List<CachedText>();
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, State = EntryState.Live }, cancellationToken))
        {
            var read = await tier.ReadAsync(new TierScope(project), page.Entries, cancellationToken);
            texts.AddRange(read.Select(entry => MemoryText.Of(entry, project)));
            if (texts.Count >= policy.MostMemoriesCompared)
            {
                tally.Notes.Add($"Only the first {texts.Count:N0} memories were compared (cleanup.mostMemoriesCompared).");
                break;
            }
        }

        var found = DuplicateFinder.Find(texts, EmbeddingsStore.Open(), DuplicatePolicy.Default with { Threshold = (float)policy.DuplicateThreshold });
        if (found.HeldBack.Count > 0)
        {
            var guards = string.Join(", ", found.HeldBack.GroupBy(pair => pair.Guard).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}"));
            tally.Notes.Add($"{found.HeldBack.Count:N0} look-alike memories were held back ({guards}).");
        }

        return found.Clusters.SelectMany(cluster => cluster.Removed).Select(removed => removed.Id).ToHashSet();
    }

    // The lookups of the window, stretched to the model's horizon; without a counted window nothing is promised.
    private static RemovalEffect? EffectOf(SelectionRules? rules, IReadOnlyList<TierSelection> tallies, CleanupInputs? inputs) => rules?.Model is { } model && inputs is { Lookups: { } lookups, Window: { } window } && window > TimeSpan.Zero
        ? model.Effect(tallies.SelectMany(tally => tally.Doomed), lookups * (model.Horizon / window), new RemovalEffectPolicy())
        : null;

    private List<string> Findings(TierName tier, TierSelection tally, bool givesEnds)
    {
        var findings = new List<string>(tally.Notes);
        if (tier == TierName.Upstash && tally.WithoutExpiry > 0 && !givesEnds)
        {
            findings.Add($"{tally.WithoutExpiry:N0} Redis keys have no end and stay for ever: 'cachekeeper cleanup expiry' gives them one.");
        }

        if (tally.Oversized > 0)
        {
            findings.Add($"{tally.Oversized:N0} entries of {tier.Title()} are larger than {policy.OversizedAbove:N0} bytes (cleanup.oversizedAbove).");
        }

        if (tally.Foreign > 0)
        {
            findings.Add($"{tally.Foreign:N0} {tier.Title()} keys are not provably this project's; they are never touched.");
        }

        return findings;
    }

    private async Task<DeletionBudget> SpentAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        DeletionBudget.Of(await runs.ListAsync(new RunFilter { Project = project, Since = now - DeletionBudget.Day, Limit = 2000 }, cancellationToken), now);

    private async Task<RegretLesson> LessonAsync(DateTimeOffset now, List<string> reported, CancellationToken cancellationToken)
    {
        var lesson = await regret.LearnAsync(now, cancellationToken);
        reported.AddRange(lesson.Sentence is { } sentence ? [sentence] : Array.Empty<string>());
        return lesson;
    }

    private async Task<IReadOnlyDictionary<TierName, TierMemory>> RememberedAsync(string project, CancellationToken cancellationToken)
    {
        var known = new Dictionary<TierName, TierMemory>();
        foreach (var tier in tiers)
        {
            if (await notes.ReadAsync<TierMemory>(project, "tier:" + tier.Name.Word(), cancellationToken) is { } memory)
            {
                known[tier.Name] = memory;
            }
        }

        return known;
    }

    private async Task<IReadOnlyDictionary<TierName, ServerFacts>> ServersAsync(CleanupRequest request, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<TierName, ServerFacts>();
        foreach (var tier in Chosen(request))
        {
            try
            {
                if (tier is IClockedTier clocked)
                {
                    var (clock, identity) = await clocked.AskServerAsync(cancellationToken);
                    facts[tier.Name] = new ServerFacts(clock, identity) { IsSuperuser = tier is PostgresTier postgres && await postgres.IsSuperuserAsync(cancellationToken) };
                }
            }
            catch (TierException)
            {
                // The scan of this tier failed too and the plan says so.
            }
        }

        return facts;
    }
}
