using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>S14: what systemd itself says about how exposed the shipped unit leaves the keeper.</summary>
internal sealed partial class HardeningCheck : ICheck
{
    private const double MostExposed = 2.5;

    public string Name => "hardening";

    public string Goal => "the system unit that 'scheduler install' writes is exposed 2.5 at most, as systemd-analyze counts";

    public (int Smoke, int Default, int Full) Tries => (1, 1, 1);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-unit-").FullName;
        try
        {
            var unit = Path.Combine(folder, "cachekeeper.service");
            await File.WriteAllTextAsync(unit, SystemdUnit.Text("/bin/true run", forUser: false), cancellationToken);
            var start = new ProcessStartInfo("systemd-analyze", ["security", "--offline=true", "--no-pager", unit]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var text = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (Level().Match(text) is not { Success: true } level)
            {
                run.SkippedBecause = "systemd-analyze cannot judge a unit offline here: " + text.Trim().Split('\n')[^1];
                return;
            }

            var exposed = double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture);
            run.Fact(string.Create(CultureInfo.InvariantCulture, $"exposure {exposed:0.0} (at most {MostExposed})"));
            run.Expect(exposed <= MostExposed, string.Create(CultureInfo.InvariantCulture, $"the unit is exposed {exposed:0.0}"));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            run.SkippedBecause = "there is no systemd-analyze here";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"exposure level[^:]*:\s*([0-9.]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Level();
}
