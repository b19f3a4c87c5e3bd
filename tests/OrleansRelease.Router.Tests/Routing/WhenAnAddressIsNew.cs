using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Router.Tests.Routing;

public sealed class WhenAnAddressIsNew : IAsyncLifetime
{
    private RouterRig _router = null!;
    private Upstream _old = null!;
    private Upstream _new = null!;

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _old = await Upstream.StartAsync("1.0");
        _new = await Upstream.StartAsync("2.0");
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task One_that_says_nothing_gets_no_user()
    {
        await _router.DisposeAsync();
        _router = await RouterRig.StartAsync(firstLook: TimeSpan.FromSeconds(3));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        await AssertNotReachedAsync(
            "did not answer this router within 3 s", new Uri($"http://{silent.LocalEndpoint}"));
    }

    [Fact]
    public async Task One_that_nobody_listens_at_gets_no_user()
    {
        var gone = _new.Address;
        await _new.DisposeAsync();

        await AssertNotReachedAsync("does not answer this router", gone);
    }

    [Fact]
    public async Task One_that_runs_another_version_gets_no_user() =>
        await AssertNotReachedAsync("runs version '1.0', not '2.0'", _old.Address);

    [Fact]
    public async Task One_among_many_is_enough_for_a_no() =>
        await AssertNotReachedAsync("runs version '1.0', not '2.0'", _new.Address, _old.Address);

    [Fact]
    public async Task One_without_weight_is_not_asked()
    {
        await _new.DisposeAsync();

        using var response = await SetAsync(1, candidate: 0);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task One_that_was_known_before_is_not_asked_so_that_nothing_holds_up_the_way_back()
    {
        using var forward = await SetAsync(1, candidate: 10_000);
        await _old.DisposeAsync();

        using var back = await SetAsync(2, candidate: 0);

        Assert.Equal(HttpStatusCode.OK, forward.StatusCode);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    /// <summary>Only those that are ready are named meanwhile; those that come again later are no strangers.</summary>
    [Fact]
    public async Task One_that_was_left_out_while_load_was_shed_is_not_asked_when_it_comes_again()
    {
        var other = await Upstream.StartAsync("1.0");
        using var both = await _router.PutAsync(new Fence(1, 1, 1), ("1.0", 10_000, [_old.Address, other.Address]));
        using var shed = await _router.PutTextAsync(Vocabulary.Write(new
        {
            fence = new Fence(1, 1, 2),
            weights = new Dictionary<string, int> { ["1.0"] = 10_000 },
            addresses = new Dictionary<string, Uri[]> { ["1.0"] = [_old.Address] },
            shedding = SheddingWorld.Shedding(4),
        }));
        await other.DisposeAsync();

        using var again = await _router.PutAsync(new Fence(1, 1, 3), ("1.0", 10_000, [_old.Address, other.Address]));
        using var left = await _router.PutAsync(new Fence(1, 1, 4), ("1.0", 10_000, [_old.Address]));
        using var strange = await _router.PutAsync(new Fence(1, 1, 5), ("1.0", 10_000, [_old.Address, other.Address]));

        HttpResponseMessage[] answers = [both, shed, again, left, strange];
        Assert.Equal(
            [
                HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK,
                HttpStatusCode.FailedDependency,
            ],
            answers.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task Its_first_user_finds_an_open_connection()
    {
        using var set = await SetAsync(1, candidate: 10_000);

        Assert.Equal(["2.0"], await _router.AskAsync(1));
        Assert.Equal(1, _new.Connections);
        Assert.Equal(1, _new.Requests);
    }

    [Theory]
    [InlineData("EveryAddress", HttpStatusCode.FailedDependency)]
    [InlineData("OneOfEachVersion", HttpStatusCode.OK)]
    public async Task One_dead_instance_does_not_hold_up_a_way_back(string needs, HttpStatusCode answer)
    {
        await _new.DisposeAsync();

        using var response = await _router.PutAsync(
            new { needs }, new Fence(1, 1, 1), ("1.0", 10_000, [_new.Address, _old.Address]));

        Assert.Equal(answer, response.StatusCode);
    }

    [Fact]
    public async Task A_version_of_which_nothing_is_there_gets_no_user_on_a_way_back_either()
    {
        await _new.DisposeAsync();

        using var response = await _router.PutAsync(
            new { needs = "OneOfEachVersion" }, new Fence(1, 1, 1),
            ("1.0", 5_000, [_old.Address]), ("2.0", 5_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.FailedDependency, response.StatusCode);
    }

    [Fact]
    public async Task A_server_that_knows_one_path_for_all_is_understood()
    {
        _new.VersionPath = "/internal/which";

        using var told = await _router.PutAsync(
            new { path = "/internal/which" }, new Fence(1, 1, 1), ("2.0", 10_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
    }

    [Fact]
    public async Task It_is_asked_where_it_says_its_version()
    {
        _new.VersionPath = "/internal/which";

        using var usual = await _router.PutAsync(new Fence(1, 1, 1), ("2.0", 10_000, [_new.Address]));
        using var told = await _router.PutAsync(
            PathOf("2.0", "/internal/which"), new Fence(1, 1, 2), ("2.0", 10_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.FailedDependency, usual.StatusCode);
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("//elsewhere.example/version")]
    [InlineData("/version#part")]
    [InlineData("")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        using var response = await _router.PutAsync(
            PathOf("2.0", path), new Fence(1, 1, 1), ("2.0", 10_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task A_path_of_a_version_that_gets_no_weight_is_refused()
    {
        using var response = await _router.PutAsync(
            PathOf("3.0", "/version"), new Fence(1, 1, 1), ("2.0", 10_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task A_need_that_means_nothing_is_refused()
    {
        using var response = await _router.PutAsync(
            new { needs = 7 }, new Fence(1, 1, 1), ("2.0", 10_000, [_new.Address]));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    private static object PathOf(string version, string path) =>
        new { paths = new Dictionary<string, string> { [version] = path } };

    private async Task AssertNotReachedAsync(string why, params Uri[] candidate)
    {
        using var before = await _router.PutAsync(new Fence(1, 1, 1), ("1.0", 10_000, [_old.Address]));
        using var response = await _router.PutAsync(
            new Fence(1, 1, 2), ("1.0", 5_000, [_old.Address]), ("2.0", 5_000, candidate));

        Assert.Equal(HttpStatusCode.FailedDependency, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("version-not-reached", problem.GetProperty("code").GetString());
        Assert.Contains(why, problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await _router.GetAsync()).GetProperty("fence").GetProperty("ordinal").GetInt32());
        Assert.Equal(["1.0", "1.0", "1.0", "1.0"], await _router.AskAsync(4));
    }

    private Task<HttpResponseMessage> SetAsync(int ordinal, int candidate) => _router.PutAsync(
        new Fence(1, 1, ordinal), ("1.0", 10_000 - candidate, [_old.Address]), ("2.0", candidate, [_new.Address]));
}
