using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRelease.Gateway.Tests.Harness;

/// <summary>What tests send and what comes back.</summary>
internal static class Calls
{
    public static async Task<Seen> AskAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await Seen.OfAsync(response);
    }

    public static Task<Seen> SendAsync(
        this HttpClient client, string path, object? body = null, string? key = null) =>
        client.SendContentAsync(path, body is null ? null : JsonContent.Create(body), key);

    public static Task<Seen> ApplyAsync(
        this HttpClient client, string yaml, string query = "", params (string Name, string Value)[] headers) =>
        client.SendContentAsync(
            $"/api/v1/manifests{query}", new StringContent(yaml, Encoding.UTF8, "application/yaml"), null, headers);

    public static async Task<Seen> SendContentAsync(
        this HttpClient client, string path, HttpContent? content, string? key,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return await Seen.OfAsync(response);
    }
}

/// <summary>An answer, read to its end.</summary>
internal sealed record Seen(
    HttpStatusCode Status, string Text, string? ContentType, string? Key, string? Tag, Uri? Location,
    string? RetryAfter)
{
    public int Code => (int)Status;

    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Problem => ContentType == "application/problem+json" ? Json["code"]?.GetValue<string>() : null;

    public static async Task<Seen> OfAsync(HttpResponseMessage response) => new(
        response.StatusCode, await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null,
        response.Headers.ETag?.ToString(), response.Headers.Location, response.Headers.RetryAfter?.ToString());

    public Seen Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    public Seen ExpectProblem(int status, string code)
    {
        Assert.True(Code == status && Problem == code, $"expected {status} {code}, got {Code}: {Text}");
        return this;
    }
}
