using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansRelease.Conventions.Tests;

/// <summary>Nothing in the product blocks a thread, and no test hopes that enough time has passed.</summary>
public sealed class Waiting
{
    /// <summary>Where a thread is blocked, and why it must be.</summary>
    private static readonly Dictionary<string, string> MayBlock = new(StringComparer.Ordinal)
    {
        ["src/OrleansRelease.Gateway/Events/LiveFeed.cs"] =
            "a host that stops tells so in a synchronous callback; the gate is held for one page of the log at most",
    };

    /// <summary>Where a test measures time out itself, and what for.</summary>
    private static readonly Dictionary<string, string> MayHaveATimer = new(StringComparer.Ordinal)
    {
        ["tests/OrleansRelease.Testing/Eventually.cs"] = "the bounded wait for a condition, which names it",
        ["tests/OrleansRelease.Adapters.Tests/AnsweredTime.cs"] = "the pace of a clock",
        ["tests/OrleansRelease.Adapters.Tests/Traffic/Load.cs"] = "the even pace of users",
        ["tests/OrleansRelease.EndToEnd.Tests/Faults/Pace.cs"] = "how long a fault lasts, which is what is tested",
        ["tests/OrleansRelease.EndToEnd.Tests/Harness/ClassedUsers.cs"] = "how soon users come again who got a no",
        ["tests/OrleansRelease.EndToEnd.Tests/Harness/SteadyCommands.cs"] = "the even pace of callers",
        ["tests/OrleansRelease.EndToEnd.Tests/WhenMetricsFail.cs"] = "a source that answers too late",
        ["tests/OrleansRelease.Grains.Tests/Harness/WatchedTargets.cs"] = "a target that takes its time",
        ["tests/OrleansRelease.Router.Tests/Routing/WhenAVersionHangs.cs"] = "a version that answers late",
        ["tests/OrleansRelease.Router.Tests/Routing/WhenThereIsMoreLoadThanCapacity.cs"] = "the work of a request",
        ["tests/OrleansRelease.Router.Tests/Slots/WhenTheRouterIsKilled.cs"] = "a kill at a moment nobody has chosen",
    };

    [Fact]
    public void Nothing_blocks_on_a_task() => AssertNoneBut(
        MayBlock,
        from file in Code.Under("src")
        from name in Code.Parse(file).DescendantNodes().OfType<SimpleNameSyntax>()
        where Blocks(name)
        select (file, $"{file}:{Code.LineOf(name)}: {name.Parent}"));

    [Fact]
    public void Tests_wait_for_conditions_and_never_sleep() => Repository.AssertNone(
        from file in Code.Under("tests")
        from name in Code.Parse(file).DescendantNodes().OfType<SimpleNameSyntax>()
        where Sleeps(name)
        select $"{file}:{Code.LineOf(name)}: {name.Parent}");

    [Fact]
    public void Only_the_bounded_wait_has_a_timer() => AssertNoneBut(
        MayHaveATimer,
        from file in Code.Under("tests")
        from made in Code.Parse(file).DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
        where TypeOf(made) is "PeriodicTimer" or "Timer"
        select (file, $"{file}:{Code.LineOf(made)}: {made}"));

    [Fact]
    public void No_grain_leaves_its_scheduler() => Repository.AssertNone(
        from file in Code.Under("src/OrleansRelease.Grains")
        from finding in Code.Found(file, "Task.Run(", "ConfigureAwait(", "async void ", "Task.Factory")
        select finding);

    private static bool Blocks(SimpleNameSyntax name) => name.Identifier.Text switch
    {
        "Wait" or "WaitAll" or "WaitAny" => IsMember(name) && IsCalled(name),
        "GetResult" => IsMember(name) && IsCalled(name) && name.Parent!.ToString().Contains("GetAwaiter()"),
        "Result" => IsMember(name) && !IsCalled(name),
        _ => false,
    };

    // With or without the type before it: it may have been imported.
    private static bool Sleeps(SimpleNameSyntax name) =>
        name.Identifier.Text is "Sleep" or "Delay" or "WaitOne" or "SpinWait" or "SpinUntil" && IsCalled(name);

    private static bool IsMember(SimpleNameSyntax name) =>
        name.Parent is MemberBindingExpressionSyntax
        || (name.Parent is MemberAccessExpressionSyntax access && access.Name == name);

    private static bool IsCalled(SimpleNameSyntax name) =>
        (IsMember(name) ? name.Parent!.Parent : name.Parent) is InvocationExpressionSyntax;

    // "PeriodicTimer timer = new(…)" would not say it in the expression; `var` everywhere, so nobody writes that.
    private static string TypeOf(BaseObjectCreationExpressionSyntax made) =>
        made is ObjectCreationExpressionSyntax { Type: var type } ? type.ToString().Split('.')[^1] : "";

    private static void AssertNoneBut(
        Dictionary<string, string> allowed, IEnumerable<(string File, string Finding)> findings)
    {
        var all = findings.ToList();
        Repository.AssertNone(
            all.Where(one => !allowed.ContainsKey(one.File)).Select(one => one.Finding)
                .Concat(allowed.Keys.Except(all.Select(one => one.File))
                    .Select(file => $"{file} needs its exception no longer")));
    }
}
