namespace CacheKeeper.Scheduling;

/// <summary>The text of our systemd unit: hardened, for the system or for one user.</summary>
internal static class SystemdUnit
{
    public const string Name = "cachekeeper.service";

    // What needs root to set up is left out of a user's unit: the user manager would refuse it.
    private const string SystemOnly = """
        DynamicUser=yes
        StateDirectory=cachekeeper
        StateDirectoryMode=0700
        EnvironmentFile=-/etc/cachekeeper/environment
        Environment=XDG_STATE_HOME=/var/lib
        WorkingDirectory=/var/lib/cachekeeper
        CapabilityBoundingSet=
        AmbientCapabilities=
        DevicePolicy=closed
        PrivateDevices=yes
        PrivateTmp=yes
        PrivateUsers=yes
        ProcSubset=pid
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHome=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectProc=invisible
        ProtectSystem=strict
        RemoveIPC=yes
        IPAddressDeny=link-local multicast

        """;

    /// <summary>The unit's text. <paramref name="command"/> is the whole command line of the daemon.</summary>
    public static string Text(string command, bool forUser) => $"""
        [Unit]
        Description=CacheKeeper, autopilot of a three-tier LLM-response cache
        Documentation=man:cachekeeper(1)
        After=network-online.target
        Wants=network-online.target

        [Service]
        Type=exec
        ExecStart={command}
        Restart=on-failure
        RestartSec=5
        KillSignal=SIGTERM
        TimeoutStopSec=60
        UMask=0077
        MemoryMax=512M
        TasksMax=256
        {(forUser ? "" : SystemOnly)}NoNewPrivileges=yes
        LockPersonality=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallErrorNumber=EPERM
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged @resources

        [Install]
        WantedBy={(forUser ? "default.target" : "multi-user.target")}

        """;
}
