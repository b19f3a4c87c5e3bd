using OrleansRelease.EndToEnd.Tests.Faults;
using OrleansRelease.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// <c>eng/faults</c> runs this with many rounds of every kind of fault; without it there is one round of the quick
/// ones. In each round some services move to new versions while something goes wrong.
/// </summary>
[Collection(nameof(Alone))]
public sealed class WhenFaultsStrike(ITestOutputHelper output) : IAsyncLifetime
{
    private const int RoundsOfASite = 20;

    private static readonly FaultRun Run = FaultRun.FromEnvironment();

    private readonly FaultReport _report = new(output, Run);
    private ISite? _site;
    private Flow? _flow;
    private string? _noWires;
    private int _rounds;

    public async Task InitializeAsync() => _noWires = await Wires.LayAsync();

    public Task DisposeAsync() => LeaveAsync();

    [Fact]
    public async Task Every_rollout_ends_as_it_must_and_no_command_is_lost_or_doubled()
    {
        try
        {
            foreach (var kind in Run.Kinds)
            {
                if (WhyNot(kind) is { } reason) _report.Skip(kind, reason);
                else await PlayAsync(kind);
            }
        }
        finally
        {
            _report.Table();
        }

        Assert.True(_report.Failures.Count == 0, string.Join('\n', _report.Failures));
    }

    private string? WhyNot(FaultKind kind) => (kind.NeedsWires ? _noWires : null) ?? kind.WhyNot();

    private async Task PlayAsync(FaultKind kind)
    {
        for (var round = 1; round <= (Run.Rounds ?? 1); round++)
        {
            if ((_site is EmbeddedSite) != kind.IsEmbedded) await LeaveAsync();
            _site ??= await StartAsync(kind);
            _flow ??= await Flow.EstablishAsync(_site);
            var result = await Round.PlayAsync(_site, _flow, kind, round, Run.SeedOf(kind, round));
            _report.Add(result);
            if (!result.IsPassed) Keep(result);
            // What a failed round has left would be held against the next ones; and records grow, all of which is read.
            if (!result.IsPassed || kind.IsLasting || ++_rounds == RoundsOfASite) await LeaveAsync();
        }

        _report.Conclude(kind);
    }

    private async Task<ISite> StartAsync(FaultKind kind) => kind.IsEmbedded
        ? await EmbeddedSite.StartAsync()
        : await FaultCluster.StartAsync(hasWires: _noWires is null);

    private void Keep(RoundResult result)
    {
        if (FaultRun.Kept is not { } folder) return;
        var to = Directory.CreateDirectory(Path.Combine(
            folder, $"{result.Kind.FileName}-{result.Seed}")).FullName;
        foreach (var file in Directory.EnumerateFiles(_site!.Folder.Logs))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private async Task LeaveAsync()
    {
        if (_flow is not null) await _flow.DisposeAsync();
        if (_site is not null) await _site.DisposeAsync();
        (_flow, _site, _rounds) = (null, null, 0);
    }
}
