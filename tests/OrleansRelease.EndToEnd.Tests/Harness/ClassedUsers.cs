using System.Collections.Concurrent;
using System.Net.Sockets;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>What one request got. Times are unix milliseconds.</summary>
/// <param name="User">Whose it was.</param>
/// <param name="IsHigh">Whether its user is of class high.</param>
/// <param name="Said">The class that it named; null: none.</param>
/// <param name="Began">When it was sent.</param>
/// <param name="Ended">When its answer was there.</param>
/// <param name="Status">0: there was none.</param>
/// <param name="RetryAfter">When it may come again; null: the answer says nothing of it.</param>
/// <param name="Body">What the answer says.</param>
internal sealed record ClassedAnswer(
    int User, bool IsHigh, string? Said, long Began, long Ended, int Status, TimeSpan? RetryAfter, string Body)
{
    public bool IsGood => Status == 200;

    /// <summary>The router has refused it; what an instance refuses names no time.</summary>
    public bool IsShed => Status == 503 && RetryAfter is not null;
}

/// <summary>
/// Users of class high and of class low, so many at once of each. Who has got what was wanted comes again at once, and
/// who has not at the next beat, whatever <c>Retry-After</c> says.
/// </summary>
internal sealed class ClassedUsers : IAsyncDisposable
{
    public const string High = "high";

    public const string Low = "low";

    private const string Header = "X-Request-Class";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<ClassedAnswer> _answers = new();
    private readonly List<Task> _users = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri _url;
    private volatile bool _lowSaysNothing;
    private volatile bool _end;

    private ClassedUsers(Uri url) => _url = url;

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public static ClassedUsers Come(Uri url, int high)
    {
        var users = new ClassedUsers(url);
        users.MoreCome(high, isHigh: true);
        return users;
    }

    /// <summary>From here on those of class low do not say that they are; when that was.</summary>
    public long LowSaysNothing()
    {
        _lowSaysNothing = true;
        return Now;
    }

    /// <summary>They say it again, all of them; when the last had its answer.</summary>
    public async Task<long> LowSaysItAgainAsync()
    {
        _lowSaysNothing = false;
        var from = Now;
        var low = _answers.Where(answer => !answer.IsHigh).Select(answer => answer.User).ToHashSet();
        await Eventually.IsAsync(
            "all of class low say so again",
            () => low.IsSubsetOf(Since(from).Where(answer => answer.Said == Low).Select(answer => answer.User)));
        return Now;
    }

    public void MoreCome(int users, bool isHigh)
    {
        for (var i = 0; i < users; i++) _users.Add(ComeAsync(_users.Count, isHigh));
    }

    /// <summary>All that began at this moment or later and have ended.</summary>
    public IReadOnlyList<ClassedAnswer> Since(long from) => [.. _answers.Where(answer => answer.Began >= from)];

    /// <summary>Each has had the answer that it waits for.</summary>
    public async Task LeaveAsync()
    {
        _end = true;
        await Task.WhenAll(_users);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _http.Dispose();
    }

    private async Task ComeAsync(int user, bool isHigh)
    {
        using var beat = new PeriodicTimer(Beat);
        while (!_end)
        {
            var answer = await AskAsync(user, isHigh);
            _answers.Enqueue(answer);
            if (!answer.IsGood) await beat.WaitForNextTickAsync();
        }
    }

    private async Task<ClassedAnswer> AskAsync(int user, bool isHigh)
    {
        var said = isHigh ? High : _lowSaysNothing ? null : Low;
        var began = Now;
        using var request = new HttpRequestMessage(HttpMethod.Get, _url);
        if (said is not null) request.Headers.Add(Header, said);
        try
        {
            using var answer = await _http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            return new(
                user, isHigh, said, began, Now, (int)answer.StatusCode, answer.Headers.RetryAfter?.Delta, body);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException
            or SocketException)
        {
            return new(user, isHigh, said, began, Now, 0, null, lost.Message);
        }
    }
}
