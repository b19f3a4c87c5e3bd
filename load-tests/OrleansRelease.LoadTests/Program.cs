using System.CommandLine;
using OrleansRelease.LoadTests.Failover;
using OrleansRelease.LoadTests.Failures;
using OrleansRelease.LoadTests.Grants;
using OrleansRelease.LoadTests.Judges;
using OrleansRelease.LoadTests.Kills;
using OrleansRelease.LoadTests.Limit;
using OrleansRelease.LoadTests.Releases;

var root = new RootCommand(
    "What a store and a cluster can carry, on this machine, beside what it could carry at best; and what judges find.")
{
    LimitCommand.Build(),
    FailoverCommand.Build(),
    FailuresCommand.Build(),
    CrowdCommand.Build(),
    KillsCommand.Build(),
    GrantsCommand.Build(),
    JudgesCommand.Build(),
    MemberCommand.Build(),
};
return await root.Parse(args).InvokeAsync();
