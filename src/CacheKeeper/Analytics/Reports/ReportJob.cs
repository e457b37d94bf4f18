using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Analytics.Reports;

/// <summary>Writes the report of the week (or, as a step of the monthly job, of the month) that ended at the last midnight.</summary>
internal sealed class ReportJob(string period, ReportService reports, ReportFileStore files) : IJob, IMonthlyJob
{
    public string Name => FixedJobs.WeeklyReport;

    string IMonthlyJob.Name => $"report of the {period}";

    public IReadOnlyList<string> Resources => [];

    public JobEffect Effect => JobEffect.Reads;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var day = new DateTimeOffset(context.StartedAt.UtcDateTime.Date, TimeSpan.Zero);
        var until = period == "month" ? new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero) : day;
        var report = await reports.MakeAsync(context.Project, ReportPeriod.Of(period, until)!, context.StartedAt, cancellationToken);
        if (report.Totals.Coverage <= 0)
        {
            return JobResult.NothingToDo($"Nothing was measured between {report.Period.From:yyyy-MM-dd} and {report.Period.To:yyyy-MM-dd}: no report.");
        }

        if (context.DryRun)
        {
            return new JobResult(RunOutcome.DryRun, "Would write: " + ReportSentences.Of(report)[0].Sentences[0]);
        }

        var written = new JsonArray();
        foreach (var format in ReportFileStore.Formats)
        {
            written.Add(await files.WriteAsync(report, format, cancellationToken));
        }

        return new JobResult(RunOutcome.Done, $"{ReportSentences.Of(report)[0].Sentences[0]} The report is {written[0]}.") { Counts = new JsonObject { ["files"] = written } };
    }
}
