/** LangChain's `ls_provider` -> `gen_ai.provider.name`, where the two differ. */
const NAMES: Readonly<Record<string, string>> = {
  amazon_bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  xai: 'x_ai',
};

/** The convention's name of a provider. */
export function providerName(lsProvider: string): string {
  return NAMES[lsProvider] ?? lsProvider;
}
