using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.EndToEnd.Tests.Faults;
using OrleansRelease.Files;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>The shop of four services in its first environment, with users at each of them.</summary>
internal sealed class ShopWorld : IAsyncDisposable
{
    public const string First = "1.0.0";

    public const string Next = "2.0.0";

    private readonly ShopUsers _users = new();

    private readonly PrivatePostgres? _postgres;

    private readonly IReadOnlyList<Member> _silos = [];

    private ShopWorld(World world) => World = world;

    private ShopWorld(World world, PrivatePostgres postgres, string connection, int silos)
        : this(world)
    {
        _postgres = postgres;
        _silos = [.. Enumerable.Range(2, silos - 1).Select(number => Silo($"silo-{number}", connection))];
    }

    public World World { get; }

    public DemoFolder Folder => World.Folder;

    public static EnvironmentName Where => ShopManifests.Staging;

    /// <summary>The first version of each is stable.</summary>
    /// <param name="ofTheLast">The strategy of the service that stands on all others.</param>
    /// <param name="silos">How many servers decide; more than one have a PostgreSQL server.</param>
    public static async Task<ShopWorld> StartAsync(string ofTheLast, int silos = 1)
    {
        var shop = silos == 1 ? new ShopWorld(await World.StartAsync()) : await StartClusterAsync(silos);
        try
        {
            await shop.EstablishAsync(ofTheLast);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL for every server.</summary>
    public async Task KillServersAsync()
    {
        foreach (var silo in _silos) await silo.KillAsync();
        await World.Scene.KillServerAsync();
    }

    public async Task RestartServersAsync()
    {
        await World.Scene.RestartServerAsync(CancellationToken.None);
        foreach (var silo in _silos) await FaultCluster.StartAsync(silo);
    }

    /// <summary>Applied, and not started.</summary>
    public async Task<ReleaseName> ReleaseAsync()
    {
        var release = ReleaseName.From("shop-1");
        await ShopManifests.WriteVersionAsync(Folder, Next);
        await ShopManifests.WriteReleaseAsync(Folder, release, Next, $"{Where}");
        await World.Api.ApplyAsync(ShopManifests.FileOf(release), CancellationToken.None);
        return release;
    }

    /// <summary>Each service gets its requests answered, and by this version alone.</summary>
    public async Task IsServedAsync(string version)
    {
        const int enough = 20;
        var began = DateTimeOffset.UtcNow;
        await Eventually.IsAsync(
            "there are users everywhere",
            () => _users.Since(Where, began).Values.All(served => served.Count >= enough));
        // Who had been sent before may have ended since.
        Assert.All(_users.Since(Where, began), service => Assert.All(
            service.Value.Where(request => request.At - request.Took > began),
            request => Assert.Equal((service.Key, version, 200), (service.Key, request.Version, request.Status))));
    }

    /// <summary>What the router holds of each service, word for word.</summary>
    public async Task<ImmutableSortedDictionary<string, string>> RoutedAsync()
    {
        using var http = Client(RouterFiles.Read(Folder).Admin, RouterFiles.Token(Folder));
        var routed = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var slot in Slots)
        {
            var said = JsonDocument.Parse(await http.GetStringAsync(new Uri($"slots/{slot}", UriKind.Relative)));
            routed[$"{slot}"] = string.Join(' ', new[] { "fence", "weights", "addresses" }
                .Select(name => said.RootElement.GetProperty(name).GetRawText()));
        }

        return routed.ToImmutable();
    }

    /// <summary>How often the router was set.</summary>
    public int TimesRouted() => RouterEvent.Read(Folder.RouterLog).Count(line => line.Event == "applied");

    /// <summary>All processes of its services in this environment, by their numbers.</summary>
    public IReadOnlyList<(int Id, string Version)> Running() =>
    [
        .. from found in ProcessesOf.IdsOf(Folder.Root)
           where found.Command.Contains(" sample ", StringComparison.Ordinal)
           from version in new[] { First, Next }
           where found.Command.Contains($"--version {version} ", StringComparison.Ordinal)
           orderby found.Id
           select (found.Id, version),
    ];

    /// <summary>What is on record of each service here.</summary>
    public async Task<IReadOnlyList<Standing>> StandingsAsync()
    {
        var url = new Uri(ServedFolder.UrlOf(Folder.Server)!);
        using var http = Client(url, AdminTokenFile.Read(Path.Combine(Folder.Server, AdminTokenFile.Name)));
        using var said = JsonDocument.Parse(await http.GetStringAsync(
            new Uri($"api/v1/standings?environment={Where}", UriKind.Relative)));
        return [.. said.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => Vocabulary.Read<Standing>(item.GetRawText()))];
    }

    public async ValueTask DisposeAsync()
    {
        await _users.DisposeAsync();
        foreach (var silo in _silos) await silo.EndAsync();
        await World.DisposeAsync();
        foreach (var silo in _silos) silo.Dispose();
        if (_postgres is { } postgres) await postgres.DisposeAsync();
    }

    private static IEnumerable<SlotKey> Slots => ShopManifests.Services.Select(service => new SlotKey(service, Where));

    private static async Task<ShopWorld> StartClusterAsync(int silos)
    {
        var postgres = await PrivatePostgres.StartAsync();
        try
        {
            var connection = await postgres.CreateDatabaseAsync();
            await using (var migrate = HostProgram.Start(["migrate", "--postgres", connection]))
                Assert.Equal(0, await migrate.EndAsync());
            var shop = new ShopWorld(
                await World.StartAsync("--postgres", connection), postgres, connection, silos);
            foreach (var silo in shop._silos) await FaultCluster.StartAsync(silo);
            return shop;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    private Member Silo(string name, string connection)
    {
        var data = Path.Combine(Folder.Root, name);
        return new(
            Folder, name, data, [],
            [
                "run", "--data", data, "--urls", "http://127.0.0.1:0", "--role", "silo", "--postgres", connection,
                "--targets", Folder.Server, "--token-file", AdminTokenFile.In(Folder.Server), "--drain", "0s",
            ]);
    }

    private async Task EstablishAsync(string ofTheLast)
    {
        await ShopManifests.WriteVersionAsync(Folder, First);
        await ShopManifests.WriteAsync(Folder, ShopManifests.AllAtOnce, ShopManifests.AllAtOnce);
        await World.Api.ApplyAsync(ShopManifests.FileName, CancellationToken.None);
        var rollouts = new List<string>();
        foreach (var slot in Slots)
            rollouts.Add($"{(await World.Api.StartAsync(slot, First, CancellationToken.None)).RolloutId}");
        await Task.WhenAll(Slots.Select(slot => _users.ComeAsync(World.Scene, slot, CancellationToken.None)));
        foreach (var rollout in rollouts) await World.EndsAsync(rollout, Phase.Succeeded);

        // The last service of the file is the one that stands on all others.
        var file = Path.Combine(Folder.Manifests, ShopManifests.FileName);
        var shop = await File.ReadAllTextAsync(file);
        var at = shop.LastIndexOf("  requestTimeout:", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, shop.Insert(at, $"  strategy: {{{ofTheLast}}}\n"));
        await World.Api.ApplyAsync(ShopManifests.FileName, CancellationToken.None);
    }

    private static HttpClient Client(Uri url, string token)
    {
        var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
