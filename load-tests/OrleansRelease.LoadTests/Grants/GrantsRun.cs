using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Specs;
using OrleansRelease.Host.Running;
using OrleansRelease.LoadTests.Failover;
using OrleansRelease.Storage;

namespace OrleansRelease.LoadTests.Grants;

/// <summary>
/// One server, one environment, and many that ask at once, each again as soon as it has been answered: for the lease of
/// a slot, or for a permit, and gives it back. Every grant is a row, and is told to whom it is for.
/// </summary>
internal static class GrantsRun
{
    public const int Askers = 256;

    private const string Environment = "production";

    private static readonly ActorName Actor = ActorName.From("load");

    public static async Task<GrantsResult> RunAsync(
        string root, string connection, TimeSpan each, TextWriter progress, CancellationToken cancellation)
    {
        await Store.MigrateAsync(StorageOptions.PostgreSql(connection), TimeProvider.System);
        await using var app = Server.Build(
            new RunOptions
            {
                DataFolder = root,
                Postgres = connection,
                Role = Role.All,
                Urls = ["http://127.0.0.1:0"],
                Drain = TimeSpan.Zero,
                LogLevel = LogLevel.Error,
            },
            CalmWorld.AddTo);
        await app.StartAsync(cancellation);
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var (leases, permits) = (new List<GrantTurn>(), new List<GrantTurn>());
        // A program that has just started compiles itself meanwhile.
        await TurnAsync(0, each / 2, (asker, n) => LeaseAsync(grains, asker, n));
        await TurnAsync(0, each / 2, (asker, n) => PermitAsync(grains, asker, n));
        for (var round = 1; round <= 3; round++)
        {
            progress.WriteLine($"round {round} of 3");
            leases.Add(await TurnAsync(round, each, (asker, n) => LeaseAsync(grains, asker, n)));
            permits.Add(await TurnAsync(round, each, (asker, n) => PermitAsync(grains, asker, n)));
        }

        await app.StopAsync(cancellation);
        return new(GrantTurn.Middle(leases), GrantTurn.Middle(permits));
    }

    private static async Task<GrantTurn> TurnAsync(int round, TimeSpan time, Func<string, int, Task> ask)
    {
        var began = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, Askers).Select(async asker =>
        {
            var (times, name) = (new List<double>(), string.Create(CultureInfo.InvariantCulture, $"s{round}-{asker}"));
            for (var n = 1; Stopwatch.GetElapsedTime(began) < time; n++)
            {
                var before = Stopwatch.GetTimestamp();
                await ask(name, n);
                times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }

            return times;
        }));
        var all = took.SelectMany(times => times).Order().ToList();
        return new(all.Count / Stopwatch.GetElapsedTime(began).TotalSeconds, all[(int)(all.Count * 0.99)]);
    }

    private static async Task LeaseAsync(IGrainFactory grains, string asker, int n)
    {
        var slot = new SlotKey(ServiceName.From(asker), EnvironmentName.From(Environment));
        var passage = new PassageId(
            ReleaseName.From(string.Create(CultureInfo.InvariantCulture, $"release-{asker}-{n}")), slot.Environment, 1);
        var grain = grains.GetGrain<ISlotGrain>($"{slot}");
        Taken(await grain.ClaimAsync(
            new(
                slot, passage, Rank.Of(passage, DateTimeOffset.UtcNow, 0), WhenBusy.Queue, 1,
                VersionName.From("1.0.0"), "sha256:0", Actor),
            default));
        Taken(await grain.ReturnAsync(new(slot, passage, 2, Completed: false, TimeSpan.Zero), default));
    }

    private static async Task PermitAsync(IGrainFactory grains, string asker, int n)
    {
        var slot = new SlotKey(ServiceName.From(asker), EnvironmentName.From(Environment));
        var environment = grains.GetGrain<IEnvironmentGrain>(Environment);
        Taken(await environment.RequestPermitAsync(new RolloutId(slot, n), Askers, default));
        await environment.ReturnPermitAsync(new RolloutId(slot, n), default);
    }

    private static void Taken(Refusal? refusal)
    {
        if (refusal is not null) throw new InvalidOperationException($"refused: {refusal}");
    }
}
