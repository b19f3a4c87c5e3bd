using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Router.Tests.Routing;

/// <summary>A router by a clock of the test's own, and a version behind it that answers when it is let.</summary>
internal sealed class SheddingWorld : IAsyncDisposable
{
    public const string Class = "X-Request-Class";

    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private SheddingWorld(FakeTimeProvider time, RouterRig router, Upstream upstream)
    {
        (Time, Router, Upstream) = (time, router, upstream);
        upstream.Answer = async context =>
        {
            await Answer.Task;
            await context.Response.WriteAsync("1.0");
        };
    }

    public FakeTimeProvider Time { get; }

    public RouterRig Router { get; }

    public Upstream Upstream { get; }

    public TaskCompletionSource Answer { get; } = new();

    /// <summary>Of the last change.</summary>
    public int Ordinal { get; set; }

    public static async Task<SheddingWorld> StartAsync()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        return new(time, await RouterRig.StartAsync(time), await Upstream.StartAsync("1.0"));
    }

    public static Shedding Shedding(int capacity) => new(capacity, TimeSpan.FromSeconds(5), Class, ["low", "batch"]);

    public async ValueTask DisposeAsync()
    {
        Answer.TrySetResult();
        await Router.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    public async Task ShedAsync(int capacity, TimeSpan? requestTimeout = null)
    {
        using var response = await PutAsync(Shedding(capacity), requestTimeout);
        response.EnsureSuccessStatusCode();
    }

    public Task<HttpResponseMessage> PutAsync(Shedding? shedding, TimeSpan? requestTimeout = null) =>
        Router.PutTextAsync(Body(shedding, requestTimeout));

    public string Body(Shedding? shedding, TimeSpan? requestTimeout = null) => Vocabulary.Write(new
    {
        fence = new Fence(1, 1, ++Ordinal),
        weights = new Dictionary<string, int> { ["1.0"] = 10_000 },
        addresses = new Dictionary<string, Uri[]> { ["1.0"] = [Upstream.Address] },
        requestTimeout = requestTimeout ?? RequestTimeout,
        shedding,
    });

    public async Task<Shedding> ToldAsync() =>
        Vocabulary.Read<Shedding>((await Router.GetAsync()).GetProperty("shedding").GetRawText());

    public Task<HttpResponseMessage> AskAsync(string? said, CancellationToken cancellation = default) =>
        Router.Users.SendAsync(Request(said), cancellation);

    public Task<HttpResponseMessage> AskAsync(string? said, (string Header, string Says) more) =>
        Router.Users.SendAsync(Request(said, more));

    /// <summary>Of class high; the beginning of its answer is there.</summary>
    public Task<HttpResponseMessage> BegunAsync((string Header, string Says) more) =>
        Router.Users.SendAsync(Request(null, more), HttpCompletionOption.ResponseHeadersRead);

    public async Task<HttpStatusCode> StatusOfAsync(string? said)
    {
        using var response = await AskAsync(said);
        return response.StatusCode;
    }

    public async Task<Task<HttpResponseMessage>> UnderWayAsync(string? said, CancellationToken cancellation = default)
    {
        var before = Upstream.Requests;
        var asked = AskAsync(said, cancellation);
        await Eventually.IsAsync("the upstream has the request", () => Upstream.Requests > before);
        return asked;
    }

    /// <summary>A user has its answer a moment before the router has done with it.</summary>
    public Task NoneIsUnderWayAsync() => Eventually.IsAsync(
        "the router has done with all requests",
        async () => (await Router.GetAsync()).GetProperty("underWay").GetInt32() == 0);

    public async Task AllGoodAsync(params Task<HttpResponseMessage>[] asked)
    {
        Answer.SetResult();
        foreach (var response in await Task.WhenAll(asked))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }
    }

    private HttpRequestMessage Request(string? said, (string Header, string Says)? more = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Router.Url, $"/{RouterRig.Slot}/"));
        if (said is not null) request.Headers.TryAddWithoutValidation(Class, said);
        if (more is var (header, says)) request.Headers.TryAddWithoutValidation(header, says);
        if (more?.Header == "Upgrade") request.Headers.Connection.Add("Upgrade");
        return request;
    }
}
