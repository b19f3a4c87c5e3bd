using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansRelease.Gateway.Documents;

/// <summary>
/// The text of the document, made when it is first asked for. It is of everything that can be said over HTTP, and takes
/// seconds of a processor; who asked first may be gone by then, and the next finds it.
/// </summary>
internal sealed class OpenApiText(IOpenApiDocumentProvider provider)
{
    private readonly Lock _gate = new();
    private Task<string>? _made;

    /// <summary>As OpenAPI 3.1 in JSON. What failed is tried again by whoever asks next.</summary>
    public Task<string> GetAsync()
    {
        lock (_gate)
        {
            return _made is null or { IsFaulted: true } ? _made = Task.Run(MakeAsync) : _made;
        }
    }

    private async Task<string> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1);
        text.Position = 0;
        using var reader = new StreamReader(text);
        return await reader.ReadToEndAsync();
    }
}
