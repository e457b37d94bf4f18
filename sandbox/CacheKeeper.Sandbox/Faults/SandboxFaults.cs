using System.Collections.Concurrent;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.PostgreSql;

namespace CacheKeeper.Sandbox.Faults;

/// <summary>Switches faults of the three tiers on and off while the sandbox runs. One fault a tier; a new one takes the place of the old.</summary>
/// <param name="databases">For the faults of PostgreSQL that are no network's.</param>
/// <param name="proxies">The proxies before each tier's ports, by the tier's name.</param>
/// <param name="mem0Time">The clock of the memory server.</param>
/// <param name="setFull">Makes Redis refuse writes.</param>
internal sealed class SandboxFaults(
    GatewayDatabases databases, IReadOnlyDictionary<string, FaultProxy[]> proxies, SkewedTime mem0Time, Action<bool> setFull)
{
    private readonly ConcurrentDictionary<string, TierFault> active = new();

    /// <summary>The faults in force, by tier.</summary>
    public IReadOnlyDictionary<string, TierFault> Active => active;

    /// <summary>Why a fault cannot be had, or null when it is in force now.</summary>
    public async Task<string?> SetAsync(string tier, string name, TimeSpan? delay, CancellationToken cancellationToken)
    {
        if (!CacheTiers.InOrder.Contains(tier))
        {
            return $"tier must be one of {string.Join(", ", CacheTiers.InOrder)}";
        }

        if (!TierFault.Names.Contains(name))
        {
            return $"fault must be one of {string.Join(", ", TierFault.Names)}";
        }

        if (name == TierFault.Skew && tier != CacheTiers.Mem0)
        {
            return "skew is only for mem0: the clocks of PostgreSQL and Redis are the machine's own";
        }

        await ClearAsync(tier, cancellationToken);
        var fault = active[tier] = new TierFault(name, delay ?? TierFault.OrdinaryDelay(name));
        ApplyToNetwork(tier, fault);
        await ApplyToServerAsync(tier, fault, cancellationToken);
        return null;
    }

    /// <summary>Ends every fault; connections that were broken stay broken.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (var tier in active.Keys)
        {
            await ClearAsync(tier, cancellationToken);
        }
    }

    /// <summary>The fault that an HTTP service has to act out itself.</summary>
    public Task<bool> InterfereAsync(string tier, HttpContext context)
    {
        var fault = active.GetValueOrDefault(tier);
        return tier == CacheTiers.Mem0 && fault?.Network is not null ? Task.FromResult(false)
            : tier == CacheTiers.Mem0 && fault?.Name == TierFault.Full ? RefuseWritesAsync(context)
            : HttpFaults.InterfereAsync(fault, context);
    }

    private async Task ClearAsync(string tier, CancellationToken cancellationToken)
    {
        if (!active.TryRemove(tier, out var before))
        {
            return;
        }

        foreach (var proxy in proxies[tier])
        {
            proxy.Clear();
        }

        if (tier == CacheTiers.PostgreSql && before.Network is null)
        {
            await databases.MendAsync(cancellationToken);
        }

        mem0Time.Offset = tier == CacheTiers.Mem0 ? TimeSpan.Zero : mem0Time.Offset;
        if (tier == CacheTiers.Upstash)
        {
            setFull(false);
        }
    }

    private void ApplyToNetwork(string tier, TierFault fault)
    {
        // PostgreSQL has no error pages: what an HTTP service says with a body, its wire says with noise or a cut.
        var network = fault.Network ?? (tier, fault.Name) switch
        {
            (CacheTiers.PostgreSql, TierFault.Garbage) => NetworkFault.Garbage,
            (CacheTiers.PostgreSql, TierFault.Broken) => NetworkFault.Cut,
            _ => NetworkFault.None,
        };
        foreach (var proxy in proxies[tier])
        {
            proxy.Set(network, fault.Delay);
        }
    }

    private async Task ApplyToServerAsync(string tier, TierFault fault, CancellationToken cancellationToken)
    {
        if (tier == CacheTiers.PostgreSql)
        {
            await databases.BreakAsync(fault.Name, cancellationToken);
        }

        if (tier == CacheTiers.Upstash && fault.Name == TierFault.Full)
        {
            setFull(true);
        }

        if (fault.Name == TierFault.Skew)
        {
            mem0Time.Offset = fault.Delay;
        }
    }

    private static async Task<bool> RefuseWritesAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var writes = context.Request.Method == HttpMethods.Put || (context.Request.Method == HttpMethods.Post
            && (path.EndsWith("/add/", StringComparison.Ordinal) || path is "/memories" or "/v1/memories/"));
        if (writes)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            await context.Response.WriteAsJsonAsync(new { error = "memory quota exceeded" }, context.RequestAborted);
        }

        return writes;
    }
}
