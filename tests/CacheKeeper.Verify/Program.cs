using CacheKeeper.Verify;
using CacheKeeper.Verify.Backup;
using CacheKeeper.Verify.Browser;
using CacheKeeper.Verify.Cleanup;
using CacheKeeper.Verify.Alerts;
using CacheKeeper.Verify.Optimization;
using CacheKeeper.Verify.Scheduler;
using CacheKeeper.Verify.Recovery;
using CacheKeeper.Verify.Crash;
using CacheKeeper.Verify.Hostile;
using CacheKeeper.Verify.LeastPrivilege;
using CacheKeeper.Verify.Security;

if (args is [AlertEngineChild.Verb, ..])
{
    return await AlertEngineChild.RunAsync(args);
}

// Every check, a line each. One of them asks for the names of all, so the list is there before it is filled.
ICheck[] all = [];
all =
[
    new GuardsCheck(),
    new CrashCleanupCheck(),
    new CrashBackupCheck(),
    new CrashRestoreCheck(),
    new DrillCheck(),
    new TamperCheck(),
    new DiskFullCheck(),
    new OptimizerCheck(),
    new HaCheck(),
    new TimeCheck(),
    new SimulateCheck(),
    new HardeningCheck(),
    new AlertsCheck(),
    new AlertLatencyCheck(),
    new GrammarFuzzCheck(),
    new RedactionCheck(),
    new SsrfCheck(),
    new WebhookInCheck(),
    new FaultsCheck(),
    new DatabaseCrashCheck(),
    new HealCheck(),
    new AuditCheck(),
    new RbacCheck(),
    new SessionCheck(),
    new WebFuzzCheck(),
    new BrowserCheck(),
    new SupplyCheck(),
    new AsvsCheck(() => Names()),
    new LoadCheck(),
    new SecretsCheck(),
    new CrashPointsCheck(),
    new HostileCheck(),
    new LeastPrivilegeCheck(),
];

var words = args.TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
var name = string.Join(' ', words);
var full = args.Contains("--full");
var few = args.Contains("--few") || name == "smoke";
var smoke = name == "smoke";
var seed = Array.IndexOf(args, "--seed") is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : 20261123;
var asked = Array.IndexOf(args, "--tries") is >= 0 and var place && place + 1 < args.Length ? int.Parse(args[place + 1]) : (int?)null;
var wanted = all.Where(check => smoke || name == "all" || check.Name == name || check.Name.Split(' ')[0] == name).ToList();
if (wanted.Count == 0 && !smoke)
{
    Console.Error.WriteLine("Which check? ./verify NAME [--seed S] [--few|--full] [--tries N], or ./verify smoke. There are:");
    foreach (var check in all)
    {
        Console.Error.WriteLine($"  {check.Name,-22}{check.Goal}");
    }

    return 2;
}

var (passed, failed, skipped) = (0, 0, 0);
foreach (var check in wanted)
{
    var run = new CheckRun(seed, asked ?? (few ? check.Tries.Smoke : full ? check.Tries.Full : check.Tries.Default), few);
    var begun = System.Diagnostics.Stopwatch.StartNew();
    try
    {
        await check.RunAsync(run, CancellationToken.None);
    }
    catch (Exception e)
    {
        run.Offend("the check itself failed: " + e);
    }

    var verdict = run.SkippedBecause is not null ? "skipped" : run.Offences.Count > 0 ? "FAILED" : "passed";
    Console.WriteLine($"{verdict,-8}{check.Name}: {run.Tries} tries, seed {run.Seed}, {begun.Elapsed.TotalSeconds:F1} s{(run.SkippedBecause is { } why ? " (" + why + ")" : "")}");
    foreach (var line in run.Facts.Concat(run.Offences.Take(20).Select(offence => "offence: " + offence)))
    {
        Console.WriteLine("        " + line);
    }

    _ = verdict switch { "passed" => passed++, "FAILED" => failed++, _ => skipped++ };
}

Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
return failed > 0 ? 1 : 0;

IReadOnlyList<string> Names() => [.. all.Select(check => check.Name)];
