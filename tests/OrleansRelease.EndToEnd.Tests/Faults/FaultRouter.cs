using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>The router process, which can be replaced by one that misbehaves, at the same addresses.</summary>
internal sealed class FaultRouter(DemoFolder folder)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly Member _member = new(
        folder, "router", folder.Router, [], ["router", "--data", folder.Router, "--log", folder.RouterLog]);

    public void Start() => _member.Start();

    public Task ListensAsync() =>
        Pace.UntilAsync("the router listens", Within, () => RouterFiles.Exist(folder));

    public async Task ReplaceAsync(params string[] more)
    {
        var (users, admin) = RouterFiles.Read(folder);
        await _member.StopAsync(Within);
        RouterFiles.Delete(folder);
        _member.Start(["--urls", users.AbsoluteUri, "--admin-urls", admin.AbsoluteUri, .. more]);
        await ListensAsync();
    }

    public Task FreezeAsync() => _member.FreezeAsync();

    public Task ResumeAsync() => _member.ResumeAsync();

    /// <summary>It was asked for a change after it was started to misbehave, and said yes.</summary>
    public async Task MisbehavesAsync(string fault)
    {
        await Pace.UntilAsync(
            () => $"the router that {fault} is asked for something", Within,
            () => new RouterLog(folder.RouterLog).ReadAsync(),
            events => events.Reverse().TakeWhile(one => one.Event != "started").Any(one => one.Event == "accepted")
                && string.Equals(events.Last(one => one.Event == "started").Fault, fault,
                    StringComparison.OrdinalIgnoreCase));
    }
}
